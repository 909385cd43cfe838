import { instant } from '../clock.ts'
import { PosternError } from '#shared/errors.ts'
import { firstTables } from './migrations/001-first-tables.ts'
import { attemptsByAge } from './migrations/002-attempts-by-age.ts'
import { auditActor } from './migrations/003-audit-actor.ts'
import { settings } from './migrations/010-settings.ts'
import { rushes } from './migrations/011-rushes.ts'
import { keyPolicy } from './migrations/012-key-policy.ts'
import { approvals } from './migrations/013-approvals.ts'
import { repeats } from './migrations/014-repeats.ts'
import { changes } from './migrations/015-changes.ts'
import { userStatus } from './migrations/016-user-status.ts'
import { enrolments } from './migrations/017-enrolments.ts'
import { factors } from './migrations/020-factors.ts'
import { recoveryCodes } from './migrations/021-recovery-codes.ts'
import { passkeys } from './migrations/022-passkeys.ts'
import { ceremonies } from './migrations/023-ceremonies.ts'
import { sessionMeans } from './migrations/024-session-means.ts'
import { identities } from './migrations/025-identities.ts'
import { auditByTime } from './migrations/030-audit-by-time.ts'
import { auditCheckpoints } from './migrations/031-audit-checkpoints.ts'
import { pastCertificates } from './migrations/040-past-certificates.ts'
import { keyOrigin } from './migrations/041-key-origin.ts'
import { uses } from './migrations/055-uses.ts'
import type { Db } from './schema.ts'

/**
 * Forward only, each with the number of its file, in ascending order. One that has been released is never changed.
 * None needs another than those up to 003, so that a number may be taken below one that has run.
 */
const MIGRATIONS: readonly (readonly [number, (db: Db) => Promise<void>])[] = [
  [1, firstTables],
  [2, attemptsByAge],
  [3, auditActor],
  [10, settings],
  [11, rushes],
  [12, keyPolicy],
  [13, approvals],
  [14, repeats],
  [15, changes],
  [16, userStatus],
  [17, enrolments],
  [20, factors],
  [21, recoveryCodes],
  [22, passkeys],
  [23, ceremonies],
  [24, sessionMeans],
  [25, identities],
  [30, auditByTime],
  [31, auditCheckpoints],
  [40, pastCertificates],
  [41, keyOrigin],
  [55, uses],
]

/**
 * Runs what is missing, all of it in one transaction, so that two processes that start together do it once.
 * @throws PosternError `config/invalid` when the tables are from a newer version of Postern
 */
export async function migrate(db: Db): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.schema
      .createTable('schemaVersion')
      .ifNotExists()
      .addColumn('version', 'integer', (column) => column.primaryKey())
      .addColumn('appliedAt', 'text', (column) => column.notNull())
      .execute()
    const done = await appliedVersions(tx)
    refuseNewer(done)
    for (const [version, migration] of MIGRATIONS) {
      if (done.has(version)) continue
      await migration(tx)
      const row = { version, appliedAt: instant(new Date()) }
      await tx.insertInto('schemaVersion').values(row).execute()
    }
  })
}

/** The numbers of the migrations that have run. */
export async function appliedVersions(db: Db): Promise<Set<number>> {
  const rows = await db.selectFrom('schemaVersion').select('version').execute()
  return new Set(rows.map(({ version }) => version))
}

function refuseNewer(done: ReadonlySet<number>): void {
  const known = new Set(MIGRATIONS.map(([version]) => version))
  if ([...done].every((version) => known.has(version))) return
  throw new PosternError(
    'config/invalid',
    'The database was written by a newer version of Postern.',
  )
}
