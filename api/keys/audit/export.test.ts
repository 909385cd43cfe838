import { expect, test } from 'vitest'
import { TestClock } from '#test/support/clock.ts'
import { type SignedAudit, writeEntry, writeSignedAudit } from '#test/support/signed-audit.ts'
import { hashEntry } from './entry.ts'
import { AuditExport, type ExportRange } from './export.ts'
import { encodeCursor, NOTHING_EXPORTED, parseCursor } from './export-cursor.ts'
import { type AuditRecord, exportLine } from './export-line.ts'
import { Journal } from './journal.ts'
import { parseExportLine, verifyRecords } from './verify-records.ts'

async function exported({ db, clock }: SignedAudit, range: ExportRange = {}) {
  const audit = new AuditExport(db, clock.read, range)
  const records: AuditRecord[] = []
  for await (const record of audit.records()) records.push(record)
  const entries = records.flatMap((record) => (record.type === 'entry' ? [record] : []))
  return { records, entries, cursor: audit.end().cursor }
}

function verify(records: readonly AuditRecord[], partial = false) {
  const source = async function* () {
    yield* await Promise.resolve(records)
  }
  return verifyRecords(source, { pins: null, partial })
}

test('every entry is exported once, in order, and its hash can be computed from its line', async () => {
  const audit = await writeSignedAudit(1100, 550)
  const { entries } = await exported(audit)
  expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 1101 }, (_, i) => i))
  expect(entries.every((entry) => hashEntry(entry) === entry.hash)).toBe(true)
})

test('only what is not older, and not newer, than asked for', async () => {
  const audit = await writeSignedAudit(10, 5)
  const from = '2025-03-01T09:00:03.000Z'
  const to = '2025-03-01T09:00:05.000Z'
  expect((await exported(audit, { from, to })).records.map(({ type }) => type)).toEqual([
    'key',
    'checkpoint',
    ...Array<string>(4).fill('entry'), // of three seconds, and that of the key
  ])
})

test('what leaves the database can be verified without it, in one piece or in several', async () => {
  const audit = await writeSignedAudit(30, 5)
  const { records } = await exported(audit)
  expect(await verify(records)).toMatchObject({ kind: 'intact', entries: 31, checkpoints: 6 })
  const removed = records.filter((record) => record.type !== 'entry' || record.sequence !== 7)
  expect(await verify(removed)).toMatchObject({ kind: 'broken', sequence: 7, flaw: 'missing' })
  const cut = records.filter((record) => record.type !== 'entry' || record.sequence < 20)
  expect(await verify(cut)).toMatchObject({ kind: 'broken', sequence: 20, flaw: 'missing' })
  const later = await exported(audit, { from: '2025-03-01T09:00:12.000Z' })
  expect(await verify(later.records)).toMatchObject({ kind: 'bad-checkpoint', flaw: 'missing' })
  expect(await verify(later.records, true)).toMatchObject({ kind: 'intact', checkpoints: 4 })
})

test('export after export has everything once, whatever the clocks of several writers show', async () => {
  const audit = await writeSignedAudit(3, 3)
  const clocks = [new TestClock(), new TestClock('2025-03-01T09:02:00.000Z')]
  const others = clocks.map(({ read }) => new Journal(audit.db, read))
  const all: AuditRecord[] = []
  let since = NOTHING_EXPORTED
  for (let round = 0; round < 12; round++) {
    for (const journal of [audit.journal, ...others]) await writeEntry(journal, round)
    audit.clock.pass(round % 4 === 3 ? -30 : 120) // a clock is also set back
    for (const clock of clocks) clock.pass(97)
    if (round % 3 === 0) await audit.maker.round({ now: true })
    const { records, cursor } = await exported(audit, { since })
    all.push(...records)
    since = parseCursor(encodeCursor(cursor))
  }
  const places = all.flatMap((record) =>
    record.type === 'entry' ? [`${record.writer}.${record.sequence}`] : [],
  )
  expect(new Set(places).size).toBe(places.length)
  expect(places).toHaveLength(3 + 1 + 3 * 12)
  expect(await verify(all)).toMatchObject({ kind: 'intact', writers: 3, entries: 40 })
  expect((await exported(audit, { since })).entries).toEqual([])
})

test('a cursor that is none is refused', () => {
  for (const text of ['', '7', 'W10', encodeCursor(NOTHING_EXPORTED).slice(2)]) {
    expect(() => parseCursor(text)).toThrow('no cursor')
  }
})

test('as syslog, a line has the header of RFC 5424 with its own structured data', async () => {
  const audit = await writeSignedAudit(1, 1)
  const { records } = await exported(audit)
  const lines = records.map((record) => exportLine(record, 'syslog'))
  const at = '2025-03-01T09:00:0'
  const origin = '[origin software="postern"]'
  const meta = (number: number) => `[meta sequenceId="${number}"]${origin}`
  expect(lines.map((line) => line.slice(0, line.indexOf('{')))).toEqual([
    `<110>1 ${at}1.000Z - postern - audit-key ${origin} `,
    `<110>1 ${at}1.000Z - postern - checkpoint ${meta(1)} `,
    `<108>1 ${at}0.000Z - postern ${audit.writer} sign-in ${meta(1)} `,
    `<110>1 ${at}1.000Z - postern ${audit.writer} audit-key-recorded ${meta(2)} `,
  ])
  expect(lines.map(parseExportLine)).toEqual(records)
})
