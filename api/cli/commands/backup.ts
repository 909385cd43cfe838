import { statSync } from 'node:fs'
import { join } from 'node:path'
import { BackupMaker } from '../../keys/backup/create.ts'
import type { BackupManifest } from '../../keys/backup/format.ts'
import { verifyBackup } from '../../keys/backup/read.ts'
import { type Restored, restoreBackup } from '../../keys/backup/restore.ts'
import { withSnapshot } from '../../storage/snapshot.ts'
import { command, type Topic } from '../command.ts'
import { readLines, writeLines } from '../lines.ts'
import { auditText } from './audit.ts'

const create = command({
  name: 'create',
  does: 'write everything in the database to a new file, while the service runs',
  notes: `
The file is the same for SQLite and PostgreSQL, and for its owner only. It has no keys: those stay in the token, which
has a backup of its own. It has password hashes, the seeds of one-time codes sealed by the token, and the audit.`,
  arguments: { place: { does: 'the file, or a folder in which it gets a name by the time' } },
  examples: ['postern backup create /var/backups/postern', 'postern backup create today.backup'],
  async run(context, { place }) {
    const file = isFolder(place) ? join(place, nameAt(context.clock())) : place
    const manifest = await withSnapshot(context.database(), async (db) => {
      const maker = new BackupMaker(db, context.clock)
      await writeLines(file, maker.lines())
      return maker.manifest
    })
    const { rows, sha256, heads } = manifest
    return {
      data: { file, sha256, rows, heads },
      text: `The backup ${file} is whole: ${counts(rows)}.\nIts digest is ${sha256}.\n`,
    }
  },
})

const verify = command({
  name: 'verify',
  does: 'read a backup to its end, and verify the audit in it',
  notes: 'Nothing but the file is needed. Exit code 1: it is damaged, or its audit is broken.',
  arguments: { file: { does: 'the backup' } },
  examples: ['postern backup verify today.backup'],
  async run(_context, { file }) {
    const lines = () => readLines([file])
    const { heading, manifest, audit } = await verifyBackup(lines, null)
    const { rows, sha256 } = manifest
    return {
      data: { madeAt: heading.madeAt, sha256, rows, audit },
      text: `The backup of ${heading.madeAt} is whole: ${counts(rows)}.
Its digest is ${sha256}.
${auditText(audit)}`,
      bad: audit.kind !== 'intact',
    }
  },
})

const restore = command({
  name: 'restore',
  does: 'put a backup into the database, all of it or nothing, while the service is stopped',
  notes: `
Into an empty database, or with --replace in the place of what is there. What was used up, removed or switched off since
is not good again, as far as the present database knows. On an empty one, codes of authenticator apps count from now on,
and hardware tokens from ten presses a day since the backup. Everybody is signed out. The audit tells of it.`,
  arguments: { file: { does: 'the backup' } },
  options: { replace: { does: 'also where the database is not empty' } },
  examples: [
    'postern backup restore today.backup',
    'postern backup restore today.backup --replace',
  ],
  async run(context, { file, replace }) {
    const { actor } = context
    const lines = () => readLines([file])
    const restored = await restoreBackup(await context.stopped(), lines, { replace, actor })
    return { data: restored, text: restoredText(restored) }
  },
})

function restoredText({ madeAt, rows, sha256, continued, lost }: Restored): string {
  const audit = continued
    ? 'The audit in the database has all of it and goes on.'
    : lost.length === 0
      ? 'The audit is that of the backup.'
      : `The audit is that of the backup. Lost, and named in it: the ends of ${lost.length} chains.`
  return `The backup of ${madeAt} is restored: ${counts(rows)}.
Its digest is ${sha256}. ${audit}
`
}

function counts({ users = 0, keys = 0, auditEntries = 0 }: BackupManifest['rows']): string {
  return `${users} users, ${keys} keys, ${auditEntries} entries of the audit`
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function nameAt(time: Date): string {
  return `postern-${time.toISOString().slice(0, 19).replaceAll(':', '-')}Z.backup`
}

export const backupTopic: Topic = {
  name: 'backup',
  does: 'copies of the records, for the day when they are lost',
  commands: [create, verify, restore],
}
