import { expect, test } from 'vitest'
import { PosternError } from '#shared/errors.ts'
import { TestClock } from '#test/support/clock.ts'
import { writeEntry, writeSignedAudit } from '#test/support/signed-audit.ts'
import { SoftwareHsm } from '#test/support/software-hsm.ts'
import { openDatabase } from '../../storage/db.ts'
import { CheckpointMaker } from './checkpoint-maker.ts'
import { Journal } from './journal.ts'
import { verifyAudit } from './verify.ts'

const LAG = { entries: 10, seconds: 60 }

async function makers(count: number) {
  const [db, clock, hsm] = [await openDatabase(':memory:'), new TestClock(), new SoftwareHsm()]
  const failures: string[] = []
  const all = Array.from({ length: count }, () => {
    const journal = new Journal(db, clock.read)
    const onFailure = (code: string) => void failures.push(code)
    const maker = new CheckpointMaker({ db, journal, hsm, clock: clock.read, onFailure, lag: LAG })
    return { journal, maker }
  })
  const checkpoints = () =>
    db.selectFrom('auditCheckpoints').selectAll().orderBy('number').execute()
  return { db, clock, hsm, failures, all, one: all[0]!, checkpoints }
}

test('a checkpoint is made after so many entries, or after a while with one', async () => {
  const { clock, one, checkpoints } = await makers(1)
  const { journal, maker } = one
  await maker.round()
  expect(await checkpoints()).toEqual([])
  await writeEntry(journal, 0)
  await maker.round()
  expect(maker.status()).toEqual({ uncovered: 1, lastAt: null, failure: null })
  clock.pass(LAG.seconds)
  await maker.round()
  expect(await checkpoints()).toMatchObject([{ number: 0, writer: journal.writer, sequence: 0 }])
  for (let index = 0; index < LAG.entries - 1; index++) await writeEntry(journal, index)
  await maker.round() // nine, and the one that records the key
  expect(await checkpoints()).toMatchObject([{}, { number: 1, sequence: 10 }])
  clock.pass(10 * LAG.seconds)
  await maker.round()
  expect(await checkpoints()).toHaveLength(2) // there is nothing new
})

test('the key is recorded with the first checkpoint, in the audit too', async () => {
  const { db } = await writeSignedAudit(4, 2)
  const keys = await db.selectFrom('auditKeys').selectAll().execute()
  expect(keys).toHaveLength(1)
  const recorded = db.selectFrom('auditEntries').selectAll()
  expect(await recorded.where('action', '=', 'audit-key-recorded').execute()).toMatchObject([
    { outcome: 'done', digest: keys[0]?.fingerprint },
  ])
})

test('what others left unsigned is signed when it has not moved for a while', async () => {
  const { db, clock, all, checkpoints } = await makers(2)
  const [killed, server] = all
  await writeEntry(killed!.journal, 0)
  await server!.maker.round()
  clock.pass(3 * LAG.seconds)
  await server!.maker.round()
  expect(await checkpoints()).toMatchObject([{ writer: killed!.journal.writer, sequence: 0 }])
  await server!.maker.close()
  expect(await verifyAudit(db)).toMatchObject({ kind: 'intact', writers: 2, uncovered: 0 })
})

test('replicas that sign at the same moment number their checkpoints in turn', async () => {
  const { db, all, checkpoints } = await makers(4)
  for (let round = 0; round < 5; round++) {
    await Promise.all(all.map(({ journal }) => writeEntry(journal, round)))
    await Promise.all(all.map(({ maker }) => maker.round({ now: true })))
  }
  expect((await checkpoints()).map(({ number }) => number)).toEqual(
    Array.from({ length: 20 }, (_, number) => number),
  )
  expect(await verifyAudit(db)).toMatchObject({ kind: 'intact', checkpoints: 20 })
})

test('a token that fails stops nothing; it is told once, and made up for', async () => {
  const { hsm, failures, one, clock } = await makers(1)
  hsm.failure = new PosternError('hsm/unavailable', 'Away.')
  await writeEntry(one.journal, 0)
  await one.maker.start()
  await one.maker.round({ now: true })
  await writeEntry(one.journal, 1)
  expect(failures).toEqual(['hsm/unavailable'])
  expect(one.maker.status()).toMatchObject({ uncovered: 1, failure: 'hsm/unavailable' })
  hsm.failure = null
  await one.maker.close()
  const lastAt = clock.read().toISOString()
  expect(one.maker.status()).toEqual({ uncovered: 0, lastAt, failure: null })
})
