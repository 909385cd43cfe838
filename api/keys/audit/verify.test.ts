import { generateKeyPairSync, sign } from 'node:crypto'
import { expect, inject, test } from 'vitest'
import {
  type AuditRows,
  mutate,
  readAuditRows,
  replaceAuditRows,
} from '#test/support/audit-mutation.ts'
import { writeEntry, writeSignedAudit } from '#test/support/signed-audit.ts'
import { TestClock } from '#test/support/clock.ts'
import { base64url } from '#shared/base64.ts'
import { encodeCheckpoint } from '#shared/contract/checkpoint.ts'
import type { AuditEntryRow } from '../../storage/audit-rows.ts'
import { fingerprintOf, hashCheckpoint } from './checkpoint.ts'
import { hashEntry } from './entry.ts'
import { Journal } from './journal.ts'
import { verifyAudit } from './verify.ts'

const LENGTH = 40
const EACH = 8 // entries between two checkpoints
const KEY_ENTRY = 1 // the first checkpoint records its key
const MUTATIONS = inject('cases')

const written = () => writeSignedAudit(LENGTH, EACH)

test('an audit that nobody touched is intact, also with several writers at work', async () => {
  const { db, hsm } = await written()
  const other = new Journal(db, new TestClock('2025-03-02T00:00:00.000Z').read)
  for (let index = 0; index < 3; index++) await writeEntry(other, index)
  const { spki } = await hsm.signCheckpoint((await readAuditRows(db)).checkpoints[0]!)
  expect(await verifyAudit(db)).toEqual({
    kind: 'intact',
    entries: LENGTH + KEY_ENTRY + 3,
    writers: 2,
    unknownOutcomes: 0,
    checkpoints: LENGTH / EACH,
    lastAt: '2025-03-01T09:00:40.000Z',
    keys: [fingerprintOf(spki)],
    pinned: false,
    uncovered: 3,
  })
})

test(`of ${MUTATIONS} random changes, removals, cuts and swaps each is found, at the right place`, async () => {
  const { db } = await written()
  const intact = await readAuditRows(db)
  for (let round = 0; round < MUTATIONS; round++) {
    const { rows, expected, what } = mutate(intact)
    await replaceAuditRows(db, rows)
    expect({ what, ...(await verifyAudit(db)) }).toMatchObject({ what, ...expected })
  }
  await replaceAuditRows(db, intact)
  expect(await verifyAudit(db)).toMatchObject({ kind: 'intact' })
}, 900_000)

/** The chain from one entry on as it would be if that had been written otherwise. */
function rewrite({ entries, heads, ...rest }: AuditRows, from: number): AuditRows {
  const rows: AuditEntryRow[] = []
  for (const entry of entries) {
    const code = entry.sequence === from ? 'forged' : entry.code
    const changed = { ...entry, code, previous: rows.at(-1)?.hash ?? '' }
    rows.push({ ...changed, hash: hashEntry(changed) })
  }
  const { hash } = rows.at(-1)!
  return { ...rest, entries: rows, heads: heads.map((head) => ({ ...head, hash })) }
}

test('a chain that was made to fit again contradicts what the token signed', async () => {
  const { db, writer } = await written()
  const intact = await readAuditRows(db)
  const signed = intact.checkpoints.map(({ sequence }) => sequence)
  await replaceAuditRows(db, rewrite(intact, signed[1]! + 3))
  expect(await verifyAudit(db)).toEqual({
    kind: 'broken',
    writer,
    sequence: signed[1]! + 1,
    upTo: signed[2],
    flaw: 'rewritten',
  })
})

/** What somebody can do who writes to the database, and has a key of their own. */
function signAnew(rows: AuditRows): AuditRows {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const key = fingerprintOf(spki)
  const checkpoints: (typeof rows.checkpoints)[number][] = []
  for (const row of rows.checkpoints) {
    const last = checkpoints.at(-1)
    const previous = last === undefined ? '' : hashCheckpoint(last)
    const { hash } = rows.entries[row.sequence]!
    const signature = sign('sha256', encodeCheckpoint({ ...row, previous, hash }, key), privateKey)
    checkpoints.push({ ...row, previous, hash, key, signature: base64url(signature) })
  }
  const keys = [{ ...rows.keys[0]!, fingerprint: key, spki: base64url(spki) }]
  return { ...rows, checkpoints, keys }
}

test('an audit that was written and signed anew with another key is found by whoever knows the right one', async () => {
  const { db } = await written()
  const intact = await readAuditRows(db)
  const pins = new Set(intact.keys.map(({ fingerprint }) => fingerprint))
  expect(await verifyAudit(db, pins)).toMatchObject({ kind: 'intact', pinned: true })
  await replaceAuditRows(db, signAnew(rewrite(intact, 2)))
  expect(await verifyAudit(db)).toMatchObject({ kind: 'intact', pinned: false })
  const flaw = { kind: 'bad-checkpoint', checkpoint: 0, flaw: 'unknown-key' }
  expect(await verifyAudit(db, pins)).toEqual(flaw)
  await replaceAuditRows(db, { ...intact, checkpoints: [] })
  expect(await verifyAudit(db, pins)).toEqual({ ...flaw, flaw: 'missing' })
})

test('of a chain that is gone altogether, the checkpoints tell', async () => {
  const { db, writer } = await written()
  const { checkpoints, keys } = await readAuditRows(db)
  await replaceAuditRows(db, { entries: [], heads: [], checkpoints, keys })
  expect(await verifyAudit(db)).toEqual({ kind: 'broken', writer, sequence: 0, flaw: 'missing' })
})

test('entries that no chain reaches are found', async () => {
  const { db, writer } = await written()
  const rows = await readAuditRows(db)
  const stray = { ...rows.entries[3]!, sequence: LENGTH + KEY_ENTRY }
  await replaceAuditRows(db, { ...rows, entries: [...rows.entries, stray] })
  expect(await verifyAudit(db)).toMatchObject({ writer, sequence: stray.sequence })
  const foreign = { ...rows.entries[3]!, writer: 'nobody', sequence: 0 }
  await replaceAuditRows(db, { ...rows, entries: [...rows.entries, foreign] })
  expect(await verifyAudit(db)).toMatchObject({ writer: 'nobody', sequence: 0, flaw: 'misplaced' })
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
