import type { AuditVerdict } from '../audit/verdict.ts'
import { verifyRecords } from '../audit/verify-records.ts'
import type { AuditRecord } from '../audit/export-line.ts'
import { type BackupHeading, type BackupManifest, BackupReader, type BackupRow } from './format.ts'

/** The lines of a backup without their ends, from the first one each time. */
export type BackupLines = () => AsyncIterable<string>

/**
 * The rows of a backup, in its order.
 * @throws PosternError `config/invalid` where it is damaged, at its end too
 */
export async function* rowsOf(lines: BackupLines): AsyncGenerator<BackupRow> {
  const reader = new BackupReader()
  for await (const line of lines()) {
    const row = reader.take(line)
    if (row !== null) yield row
  }
  reader.end()
}

/**
 * Reads all of it, so that the rest may rely on it.
 * @throws PosternError `config/invalid` where it is damaged
 */
export async function inspectBackup(
  lines: BackupLines,
): Promise<{ heading: BackupHeading; manifest: BackupManifest }> {
  const reader = new BackupReader()
  for await (const line of lines()) reader.take(line)
  return reader.end()
}

/**
 * Whether the backup is as it was written, and what there is to say of the audit in it.
 * @param pins fingerprints of the only keys that may have signed its audit; null: those that are in it
 * @throws PosternError `config/invalid` where it is damaged
 */
export async function verifyBackup(
  lines: BackupLines,
  pins: ReadonlySet<string> | null,
): Promise<{ heading: BackupHeading; manifest: BackupManifest; audit: AuditVerdict }> {
  const { heading, manifest } = await inspectBackup(lines)
  const { heads } = manifest
  const audit = await verifyRecords(() => recordsOf(lines), { pins, partial: false, heads })
  return { heading, manifest, audit }
}

const TYPES = { auditEntries: 'entry', auditKeys: 'key', auditCheckpoints: 'checkpoint' } as const

/** Its audit as it would be exported. Keys come after entries there, and before checkpoints, which is what matters. */
async function* recordsOf(lines: BackupLines): AsyncGenerator<AuditRecord> {
  for await (const { table, row } of rowsOf(lines)) {
    if (!(table in TYPES)) continue
    const type = TYPES[table as keyof typeof TYPES]
    yield { type, ...row } as unknown as AuditRecord // rows of these very tables
  }
}
