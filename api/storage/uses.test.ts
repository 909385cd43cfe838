import { expect, test } from 'vitest'
import { openDatabase } from './db.ts'
import { findUses, forgetUses, insertUses } from './uses.ts'

const minute = (number: number) => new Date(Date.UTC(2025, 2, 1, 0, number)).toISOString()
const uses = (subject: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ subject, number: index + 1, at: minute(index) }))

test('a use is found by how many came after it, with the count of all', async () => {
  const db = await openDatabase(':memory:')
  await insertUses(db, [...uses('key', 5), ...uses('user', 2)])
  const sought = [
    { subject: 'key', back: 0 },
    { subject: 'key', back: 4 },
    { subject: 'key', back: 5 },
    { subject: 'user', back: 1 },
  ]
  const found = [
    { count: 5, at: minute(4) },
    { count: 5, at: minute(0) },
    { count: 5, at: null },
    { count: 2, at: minute(0) },
  ]
  expect(await findUses(db, sought)).toEqual(sought.map((use, at) => ({ ...use, ...found[at] })))
  const nobody = { subject: 'nobody', back: 0 }
  expect(await findUses(db, [nobody])).toEqual([{ ...nobody, count: 0, at: null }])
  expect(await findUses(db, [])).toEqual([])
  await db.destroy()
})

test('old uses are forgotten, a bounded number at once, and numbers go on', async () => {
  const db = await openDatabase(':memory:')
  await insertUses(db, [...uses('key', 400), ...uses('user', 3)])
  await forgetUses(db, 'key', minute(0))
  expect(await findUses(db, [{ subject: 'key', back: 399 }])).toMatchObject([{ at: minute(0) }])
  await forgetUses(db, 'key', minute(390))
  const kept = db.selectFrom('uses').select('number').where('subject', '=', 'key')
  expect((await kept.orderBy('number').execute())[0]).toEqual({ number: 258 })
  await forgetUses(db, 'key', minute(390))
  expect((await kept.orderBy('number').execute())[0]).toEqual({ number: 391 })
  expect(await findUses(db, [{ subject: 'user', back: 2 }])).toMatchObject([{ at: minute(0) }])
  await db.destroy()
})
