import { expect, test } from 'vitest'
import { TestClock } from '#test/support/clock.ts'
import { openDatabase } from '../../storage/db.ts'
import type { AuditEntryRow, Db } from '../../storage/schema.ts'
import { hashEntry } from './entry.ts'
import { exportAudit, type ExportFormat } from './export.ts'
import { Journal } from './journal.ts'

async function writtenAudit(entries: number) {
  const db = await openDatabase(':memory:')
  const clock = new TestClock()
  const journal = new Journal(db, clock.read)
  for (let index = 0; index < entries; index++) {
    await journal.write((_tx, append) => {
      append({ phase: 'event', action: 'sign-in', operation: String(index), outcome: 'refused' })
      return Promise.resolve()
    })
    clock.pass(index === 1 ? 60 : 0) // most entries share one moment
  }
  return { db, writer: journal.writer }
}

async function linesOf(db: Db, format: ExportFormat, since?: string): Promise<string[]> {
  const lines: string[] = []
  for await (const line of exportAudit(db, format, since)) lines.push(line)
  return lines
}

test('every entry is exported once, in order, and its hash can be computed from its line', async () => {
  const { db } = await writtenAudit(2300)
  const entries = (await linesOf(db, 'jsonl')).map((line) => JSON.parse(line) as AuditEntryRow)
  expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 2300 }, (_, i) => i))
  expect(entries.every((entry) => hashEntry(entry) === entry.hash)).toBe(true)
  await db.destroy()
})

test('only what is not older than asked for', async () => {
  const { db } = await writtenAudit(5)
  expect(await linesOf(db, 'jsonl', '2025-03-01T09:00:01.000Z')).toHaveLength(3)
  expect(await linesOf(db, 'jsonl', '2025-03-01T09:01:00.000Z')).toHaveLength(3)
  await db.destroy()
})

test('as syslog, a line has the header of RFC 5424', async () => {
  const { db, writer } = await writtenAudit(1)
  const [line] = await linesOf(db, 'syslog')
  const header = `<108>1 2025-03-01T09:00:00.000Z - postern ${writer} sign-in - `
  expect(line?.startsWith(header)).toBe(true)
  expect(JSON.parse(line!.slice(header.length))).toMatchObject({ outcome: 'refused', writer })
  await db.destroy()
})
