import { PosternError } from '#shared/errors.ts'
import { randomId } from '../../random-id.ts'
import { listAuditChains, readChain } from '../../storage/audit-entries.ts'
import { appliedVersions } from '../../storage/migrate.ts'
import type { AuditHeadRow } from '../../storage/audit-rows.ts'
import type { Db } from '../../storage/schema.ts'
import { emptyTables, RowWriter } from '../../storage/table-rows.ts'
import { TABLES, tablesWith } from '../../storage/tables.ts'
import type { Append } from '../audit/journal.ts'
import type { Records } from '../records.ts'
import type { BackupHeading, BackupManifest } from './format.ts'
import { readGuarded, writeGuarded } from './guarded.ts'
import { merge } from './merge.ts'
import { type BackupLines, inspectBackup, rowsOf } from './read.ts'

/** What a restore found and did. */
export type Restored = {
  /** The SHA-256 that the backup is called by. */
  readonly sha256: string
  readonly madeAt: string
  readonly rows: BackupManifest['rows']
  /** Whether the database held what became of the backup: its audit was kept then. */
  readonly continued: boolean
  /** Chains of the audit that were there, and are not in the backup. */
  readonly lost: readonly Pick<AuditHeadRow, 'writer' | 'sequence' | 'hash'>[]
}

/**
 * Puts a backup into the database, all of it or nothing, on record. No service may be running on it. What was used up,
 * removed or switched off since is not good again, as far as the database knows; where it is empty, no one-time code
 * of before is taken. All sessions end.
 * @param of.replace whether a database that is not empty may be replaced
 * @param of.actor who does it, for the audit
 * @throws PosternError `config/invalid` for a backup that is damaged or of another version, and without `replace`
 */
export async function restoreBackup(
  { journal }: Records,
  lines: BackupLines,
  of: { readonly replace: boolean; readonly actor: string },
): Promise<Restored> {
  const { heading, manifest } = await inspectBackup(lines)
  return journal.write(async (tx, append, now) => {
    await requireSameVersion(tx, heading)
    const present = await readGuarded(tx)
    const chains = await listAuditChains(tx)
    const isEmpty = present.users.length === 0 && chains.length === 0
    if (!isEmpty && !of.replace) {
      throw new PosternError('config/invalid', 'The database is not empty; --replace replaces it.')
    }
    const continues = !isEmpty && (await hasAll(tx, manifest.heads))
    await load(tx, lines, continues)
    const [backup, madeAt] = [await readGuarded(tx), new Date(heading.madeAt)]
    await writeGuarded(tx, merge({ backup, present, continues, madeAt, now }))
    const lost = continues ? [] : chains.filter((chain) => !reaches(manifest.heads, chain))
    const { sha256, rows } = manifest
    const restored = { sha256, madeAt: heading.madeAt, rows, continued: continues, lost }
    record(append, restored, of.actor)
    return restored
  })
}

/** @throws PosternError `config/invalid` */
async function requireSameVersion(tx: Db, { schema }: BackupHeading): Promise<void> {
  const ours = await appliedVersions(tx)
  if (schema.length === ours.size && schema.every((version) => ours.has(version))) return
  throw new PosternError(
    'config/invalid',
    'The backup is from another version of Postern: restore it with that one, and start this one on the database.',
  )
}

/** Whether the database has every entry that these chains end with. */
async function hasAll(tx: Db, heads: readonly AuditHeadRow[]): Promise<boolean> {
  for (const { writer, sequence, hash } of heads) {
    const [entry] = await readChain(tx, writer, sequence - 1, sequence, 1)
    if (entry?.hash !== hash) return false
  }
  return heads.length > 0
}

function reaches(
  heads: readonly AuditHeadRow[],
  { writer, sequence }: Pick<AuditHeadRow, 'writer' | 'sequence'>,
): boolean {
  return heads.some((head) => head.writer === writer && head.sequence >= sequence)
}

async function load(tx: Db, lines: BackupLines, continues: boolean): Promise<void> {
  await emptyTables(tx, tablesWith('left', 'carried', ...(continues ? [] : ['onward' as const])))
  const rows = new RowWriter(tx)
  for await (const { table, row } of rowsOf(lines)) {
    const { fate } = TABLES[table]
    if (fate === 'carried' || (fate === 'onward' && !continues)) await rows.put(table, row)
  }
  await rows.end()
}

function record(append: Append, { sha256, lost }: Restored, actor: string): void {
  const operation = randomId()
  const event = { phase: 'event', outcome: 'done', operation, actor } as const
  append({ ...event, action: 'restored', digest: sha256 })
  for (const { writer, sequence, hash } of lost) {
    append({ ...event, action: 'audit-lost', digest: hash, code: `${writer}.${sequence}` })
  }
}
