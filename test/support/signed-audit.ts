import { CheckpointMaker } from '#api/keys/audit/checkpoint-maker.ts'
import { Journal } from '#api/keys/audit/journal.ts'
import { openDatabase, type DatabasePlace } from '#api/storage/db.ts'
import type { Db } from '#api/storage/schema.ts'
import { TestClock } from './clock.ts'
import { SoftwareHsm } from './software-hsm.ts'

export type SignedAudit = {
  readonly db: Db
  readonly writer: string
  readonly journal: Journal
  readonly clock: TestClock
  readonly hsm: SoftwareHsm
  readonly maker: CheckpointMaker
}

/** An audit of `entries` entries, each of a second of its own, signed after every `each` of them. */
export async function writeSignedAudit(
  entries: number,
  each: number,
  place: DatabasePlace = ':memory:',
): Promise<SignedAudit> {
  const [db, clock, hsm] = [await openDatabase(place), new TestClock(), new SoftwareHsm()]
  const journal = new Journal(db, clock.read)
  const maker = new CheckpointMaker({
    db,
    journal,
    hsm,
    clock: clock.read,
    onFailure: () => undefined,
  })
  for (let index = 0; index < entries; index++) {
    await writeEntry(journal, index)
    clock.pass(1)
    if ((index + 1) % each === 0) await maker.round({ now: true })
  }
  return { db, writer: journal.writer, journal, clock, hsm, maker }
}

/** An event with a member or two that the others do not have. */
export function writeEntry(journal: Journal, index: number): Promise<void> {
  return journal.write((_tx, append) => {
    append({
      phase: 'event',
      action: 'sign-in',
      operation: `operation ${index}`,
      outcome: index % 3 === 0 ? 'refused' : 'done',
      userId: index % 2 === 0 ? `user ${index}` : null,
    })
    return Promise.resolve()
  })
}
