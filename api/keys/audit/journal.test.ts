import { expect, test } from 'vitest'
import { PosternError } from '#shared/errors.ts'
import { TestClock } from '#test/support/clock.ts'
import { openDatabase } from '../../storage/db.ts'
import type { AuditEntry } from './entry.ts'
import { type GroupWork, Journal } from './journal.ts'
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

test('who waits for the same work is served at once, after what was asked for before the last of them', async () => {
  const db = await openDatabase(':memory:')
  const journal = new Journal(db, new TestClock().read)
  const order: unknown[] = []
  const double: GroupWork<number, number> = (_tx, append, _now, asked) => {
    order.push(asked)
    asked.forEach(() => append(entry))
    return Promise.resolve(asked.map((number) => 2 * number))
  }
  const answers = await Promise.all([
    journal.writeTogether(double, 1),
    journal.write(() => Promise.resolve(order.push('between'))),
    journal.writeTogether(double, 2),
    journal.write(() => Promise.resolve(order.push('behind'))),
  ])
  expect(order).toEqual(['between', [1, 2], 'behind'])
  expect(answers).toEqual([2, 1, 4, 3])
  expect(await verifyAudit(db)).toMatchObject({ kind: 'intact', entries: 2 })
})

test('of works done together, one that cannot be done fails alone', async () => {
  const db = await openDatabase(':memory:')
  const journal = new Journal(db, new TestClock().read)
  const halve: GroupWork<number, number> = (_tx, append, _now, asked) => {
    asked.forEach(() => append(entry))
    if (asked.some((number) => number % 2 > 0)) throw new TypeError('odd')
    return Promise.resolve(asked.map((number) => number / 2))
  }
  const settled = await Promise.allSettled(
    [2, 3, 4].map((number) => journal.writeTogether(halve, number)),
  )
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await verifyAudit(db)).toMatchObject({ kind: 'intact', entries: 2 })
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
