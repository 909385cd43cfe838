import { expect, test } from 'vitest'
import { instant } from '../../clock.ts'
import { openDatabase } from '../db.ts'
import type { AuditEntryRow } from '../audit-rows.ts'
import { findUses } from '../uses.ts'
import { uses } from './055-uses.ts'

const ago = (hours: number) => instant(new Date(), -hours * 3600)

test('what the audit knows of the last day counts from the first hour of the table', async () => {
  const db = await openDatabase(':memory:')
  await db.schema.dropTable('uses').execute()
  const chain = { writer: 'w', operation: 'o', previous: '', hash: '' }
  const said = { phase: 'intent', action: 'unwrap', userId: 'user' } as const
  const unsaid = { outcome: null, code: null, actor: null, sessionId: null, contextHash: null }
  const entry = { ...chain, ...said, ...unsaid, digest: null, entryDigest: null }
  const entries: AuditEntryRow[] = [
    { ...entry, sequence: 0, keyId: 'old', at: ago(30) },
    { ...entry, sequence: 1, keyId: 'key', at: ago(1) },
    { ...entry, sequence: 2, keyId: 'key', at: ago(3), action: 'sign' },
    { ...entry, sequence: 3, keyId: 'other', at: ago(2) },
    { ...entry, sequence: 4, keyId: 'key', at: ago(1), phase: 'result' },
    { ...entry, sequence: 5, keyId: 'key', at: ago(1), action: 'key-created' },
  ]
  await db.insertInto('auditEntries').values(entries).execute()
  await uses(db)
  const sought = ['key', 'other', 'user', 'old'].map((subject) => ({ subject, back: 1 }))
  expect(await findUses(db, sought)).toEqual([
    { subject: 'key', back: 1, count: 2, at: entries[2]?.at },
    { subject: 'other', back: 1, count: 1, at: null },
    { subject: 'user', back: 1, count: 3, at: entries[3]?.at },
    { subject: 'old', back: 1, count: 0, at: null },
  ])
  await db.destroy()
})
