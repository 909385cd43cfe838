import { expect, test } from 'vitest'
import { PosternError } from '#shared/errors.ts'
import { TestClock } from '#test/support/clock.ts'
import { openDatabase } from '../../storage/db.ts'
import type { AuditEntry } from './entry.ts'
import { Journal } from './journal.ts'
import { verifyAudit } from './verify.ts'

const entry: AuditEntry = { phase: 'event', action: 'sign-in', operation: 'o', outcome: 'done' }

test('works that wait together are committed together, each with its own answer', async () => {
  const db = await openDatabase(':memory:')
  const journal = new Journal(db, new TestClock().read)
  let transactions = 0
  const begin = db.transaction.bind(db)
  db.transaction = () => {
    transactions++
    return begin()
  }
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      journal.write((_tx, append) => {
        append(entry)
        return Promise.resolve(index)
      }),
    ),
  )
  expect(answers).toEqual(Array.from({ length: 50 }, (_, index) => index))
  expect(transactions).toBe(1)
  expect(await verifyAudit(db)).toMatchObject({ kind: 'intact', entries: 50 })
})

test('a work sees what those before it in the same transaction have written', async () => {
  const db = await openDatabase(':memory:')
  const journal = new Journal(db, new TestClock().read)
  const counts = await Promise.all(
    Array.from({ length: 5 }, () =>
      journal.write(async (tx, append) => {
        append(entry)
        return (await tx.selectFrom('auditEntries').select('sequence').execute()).length
      }),
    ),
  )
  expect(counts).toEqual([0, 1, 2, 3, 4])
})

test('a work that throws is undone alone, and the chain goes on without a gap', async () => {
  const db = await openDatabase(':memory:')
  const journal = new Journal(db, new TestClock().read)
  const good = () =>
    journal.write((_tx, append) => {
      append(entry)
      return Promise.resolve('written')
    })
  const bad = () =>
    journal.write((_tx, append) => {
      append(entry)
      return Promise.reject(new TypeError('a mistake'))
    })
  const [first, second, third] = await Promise.allSettled([good(), bad(), good()])
  expect([first.status, third.status]).toEqual(['fulfilled', 'fulfilled'])
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'audit/unavailable' } })
  expect(await verifyAudit(db)).toMatchObject({ kind: 'intact', entries: 2 })
})

test('after a commit whose answer was lost, the chain goes on where the database says it stands', async () => {
  const db = await openDatabase(':memory:')
  const journal = new Journal(db, new TestClock().read)
  const write = () =>
    journal.write((_tx, append) => {
      append(entry)
      return Promise.resolve()
    })
  await write()
  const begin = db.transaction.bind(db)
  db.transaction = () => {
    db.transaction = begin
    const transaction = begin()
    const execute = transaction.execute.bind(transaction)
    transaction.execute = async (work) => {
      await execute(work)
      throw new PosternError('audit/unavailable', 'The answer was lost.')
    }
    return transaction
  }
  await expect(write()).rejects.toMatchObject({ code: 'audit/unavailable' })
  await write()
  expect(await verifyAudit(db)).toMatchObject({ kind: 'intact', entries: 3 })
})

test('when the database is away, all that wait together hear so after one try', async () => {
  const db = await openDatabase(':memory:')
  const journal = new Journal(db, new TestClock().read)
  let tries = 0
  db.transaction = () => {
    tries++
    throw new PosternError('audit/unavailable', 'Away.')
  }
  const works = Array.from({ length: 50 }, () => journal.write(() => Promise.resolve()))
  const answers = await Promise.allSettled(works)
  expect(answers.every(({ status }) => status === 'rejected')).toBe(true)
  expect(tries).toBeLessThanOrEqual(2) // the first may not have waited for the others
})

test('when the database is away, writing says so', async () => {
  const db = await openDatabase(':memory:')
  const journal = new Journal(db, new TestClock().read)
  await db.destroy()
  await expect(journal.write(() => Promise.resolve())).rejects.toMatchObject({
    code: 'audit/unavailable',
  })
})
