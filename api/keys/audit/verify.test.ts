import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { openDatabase } from '../../storage/db.ts'
import type { AuditEntryRow, Db } from '../../storage/schema.ts'
import { TestClock } from '#test/support/clock.ts'
import { hashEntry } from './entry.ts'
import { Journal } from './journal.ts'
import { verifyAudit } from './verify.ts'

const LENGTH = 40
const MUTATIONS = 1000

async function writtenAudit(): Promise<{ db: Db; writer: string }> {
  const db = await openDatabase(':memory:')
  const journal = new Journal(db, new TestClock().read)
  await writeEntries(journal, LENGTH)
  return { db, writer: journal.writer }
}

async function writeEntries(journal: Journal, count: number): Promise<void> {
  const writes = Array.from({ length: count }, (_, index) =>
    journal.write((_tx, append) => {
      append({
        phase: 'event',
        action: 'sign-in',
        operation: `operation ${index}`,
        outcome: index % 3 === 0 ? 'refused' : 'done',
        userId: index % 2 === 0 ? `user ${index}` : null,
      })
      return Promise.resolve()
    }),
  )
  await Promise.all(writes)
}

function rowsOf(db: Db): Promise<AuditEntryRow[]> {
  return db.selectFrom('auditEntries').selectAll().orderBy('sequence').execute()
}

async function replaceRows(db: Db, rows: readonly AuditEntryRow[]): Promise<void> {
  await db.deleteFrom('auditEntries').execute()
  if (rows.length > 0) await db.insertInto('auditEntries').values(rows).execute()
}

const TEXTS = [
  'at',
  'phase',
  'action',
  'operation',
  'outcome',
  'code',
  'actor',
  'userId',
  'sessionId',
  'keyId',
  'digest',
  'entryDigest',
  'contextHash',
  'previous',
  'hash',
] as const

/** A change of the audit, and the place of the first entry that it makes bad. */
type Mutation = { readonly rows: AuditEntryRow[]; readonly first: number; readonly what: string }

function mutate(intact: readonly AuditEntryRow[]): Mutation {
  const rows = [...intact]
  const at = randomInt(rows.length)
  switch (randomInt(5)) {
    case 0:
    case 1: {
      const column = TEXTS[randomInt(TEXTS.length)]!
      const before = rows[at]!
      rows[at] = { ...before, [column]: `${before[column] ?? ''}!` }
      return { rows, first: at, what: `changed ${column} of ${at}` }
    }
    case 2:
      rows.splice(at, 1)
      return { rows, first: at, what: `removed ${at}` }
    case 3:
      return { rows: rows.slice(0, at), first: at, what: `cut from ${at}` }
    default: {
      const other = (at + 1 + randomInt(rows.length - 1)) % rows.length
      const [a, b] = [rows[at]!, rows[other]!]
      rows[at] = { ...b, sequence: a.sequence }
      rows[other] = { ...a, sequence: b.sequence }
      return { rows, first: Math.min(at, other), what: `swapped ${at} and ${other}` }
    }
  }
}

test('an audit that nobody touched is intact, also with several writers at work', async () => {
  const { db } = await writtenAudit()
  await writeEntries(new Journal(db, new TestClock('2025-03-02T00:00:00.000Z').read), 3)
  expect(await verifyAudit(db)).toEqual({
    kind: 'intact',
    entries: LENGTH + 3,
    writers: 2,
    unknownOutcomes: 0,
  })
})

test(`of ${MUTATIONS} random changes, removals, cuts and swaps each is found, at the right entry`, async () => {
  const { db, writer } = await writtenAudit()
  const intact = await rowsOf(db)
  for (let round = 0; round < MUTATIONS; round++) {
    const { rows, first, what } = mutate(intact)
    await replaceRows(db, rows)
    const verdict = await verifyAudit(db)
    expect({ what, ...verdict }).toMatchObject({ what, kind: 'broken', writer, sequence: first })
  }
  await replaceRows(db, intact)
  expect(await verifyAudit(db)).toMatchObject({ kind: 'intact' })
})

test('an entry whose hash was made to fit again breaks the chain after it', async () => {
  const { db, writer } = await writtenAudit()
  const rows = await rowsOf(db)
  const forged = { ...rows[7]!, outcome: 'failed' as const }
  rows[7] = { ...forged, hash: hashEntry(forged) }
  await replaceRows(db, rows)
  expect(await verifyAudit(db)).toEqual({
    kind: 'broken',
    writer,
    sequence: 8,
    flaw: 'misplaced',
  })
})

test('entries that no chain reaches are found', async () => {
  const { db, writer } = await writtenAudit()
  const rows = await rowsOf(db)
  await replaceRows(db, [...rows, { ...rows[3]!, sequence: LENGTH }])
  expect(await verifyAudit(db)).toMatchObject({ kind: 'broken', writer, sequence: LENGTH })
  await replaceRows(db, [...rows, { ...rows[3]!, writer: 'nobody', sequence: 0 }])
  expect(await verifyAudit(db)).toMatchObject({ kind: 'broken', writer: 'nobody', sequence: 0 })
})

test('the canonical encoding is the one that was fixed', () => {
  const entry = {
    writer: 'W',
    sequence: 3,
    at: '2025-03-01T09:00:00.000Z',
    phase: 'result',
    action: 'sign',
    operation: 'O',
    outcome: 'done',
    code: null,
    actor: 'A',
    userId: 'U',
    sessionId: 'S',
    keyId: 'K',
    digest: 'D',
    entryDigest: null,
    contextHash: 'C "quoted" é',
    previous: 'P',
  } as const
  // printf '%s' '["postern/audit/v1","W",3,…]' | sha256sum
  expect(hashEntry(entry)).toBe('ac9185e7bcf9deab9b99565bcacdeea0cbeb1b04499e9fbd1571363efdea7323')
})
