import { expect, test } from 'vitest'
import type { CodeFactorRow, KeyRow, PasskeyRow, UserRow } from '../../storage/schema.ts'
import { DEFAULT_POLICY } from '../policy/key-policy.ts'
import { type Guarded, merge, type Merge } from './merge.ts'

const madeAt = new Date('2025-03-01T09:00:00.000Z')
const now = new Date('2025-03-03T12:00:00.000Z') // the third day
const STEP_NOW = Math.floor(now.getTime() / 30_000)
const row = { createdAt: madeAt.toISOString(), name: '', userId: 'alice' }

const alice = { id: 'alice', passwordHash: 'old', roles: 'admin' } as unknown as UserRow
const app = { ...row, id: 'app', kind: 'totp', counter: 100 } as CodeFactorRow
const button = { ...row, id: 'button', kind: 'hotp', counter: 40 } as CodeFactorRow
const passkey = { ...row, id: 'passkey', counter: 7 } as PasskeyRow
const key = { ...row, ...DEFAULT_POLICY, id: 'key', status: 'active' } as unknown as KeyRow
const codes = ['a', 'b', 'c'].map((hash) => ({ ...row, hash }))

const BACKUP: Guarded = {
  users: [alice],
  keys: [key],
  factors: [app, button],
  passkeys: [passkey],
  recoveryCodes: codes,
}
const EMPTY: Guarded = { users: [], keys: [], factors: [], passkeys: [], recoveryCodes: [] }

const merged = (of: Partial<Merge>) =>
  merge({ backup: BACKUP, present: EMPTY, continues: false, madeAt, now, ...of })

test('on an empty database, no code of an app that was shown until now is taken', () => {
  expect(merged({}).factors[0]).toEqual({ ...app, counter: STEP_NOW + 1 })
})

test.each([
  [now, 40 + 30],
  [new Date(madeAt.getTime() + 60_000), 40 + 10],
  [new Date('2025-04-01T09:00:00.000Z'), 40 + 90],
  [new Date(madeAt.getTime() - 60_000), 40 + 10],
])('on an empty database at %s, a hardware token counts from %i', (at, counter) => {
  expect(merged({ now: at }).factors[1]).toEqual({ ...button, counter })
})

test('of counters on both sides the larger one holds', () => {
  const present = {
    ...EMPTY,
    factors: [
      { ...app, counter: STEP_NOW + 5 },
      { ...button, counter: 99 },
    ],
    passkeys: [{ ...passkey, counter: 9 }],
  }
  const { factors, passkeys } = merged({ present })
  expect(factors.map(({ counter }) => counter)).toEqual([STEP_NOW + 5, 99])
  expect(passkeys[0]?.counter).toBe(9)
  const older = merged({ present: { ...present, passkeys: [{ ...passkey, counter: 3 }] } })
  expect(older.passkeys[0]?.counter).toBe(7)
})

test('a database that goes on from the backup knows who signs in with what', () => {
  const present: Guarded = {
    users: [{ ...alice, passwordHash: 'new', roles: '' }],
    keys: [{ ...key, status: 'disabled', approval: 'each-use', perDay: 3 }],
    factors: [{ ...app, counter: 101 }], // the button was lost, and taken away
    passkeys: [passkey, { ...passkey, id: 'another' }],
    recoveryCodes: codes.slice(1),
  }
  expect(merged({ present, continues: true })).toEqual(present)
})

test('a database of another past does not say what a key’s policy is', () => {
  const present: Guarded = { ...EMPTY, keys: [{ ...key, perDay: 999 }] }
  expect(merged({ present }).keys).toEqual([key])
})

test('who is not in it any more comes back from the backup, and codes of before do not', () => {
  const { users, factors, recoveryCodes } = merged({ continues: true })
  expect(users).toEqual([alice])
  expect(factors[0]?.counter).toBe(STEP_NOW + 1)
  expect(recoveryCodes).toEqual(codes)
})

test('who was removed stays removed, though the present is of another past', () => {
  const present = { ...EMPTY, users: [{ ...alice, status: 'removed' as const }] }
  expect(merged({ present }).users).toEqual([{ ...alice, status: 'removed' }])
})

test('a key that was switched off or retired stays so, and one that was off does not come on', () => {
  const status = (before: KeyRow['status'], after: KeyRow['status']) =>
    merged({
      backup: { ...BACKUP, keys: [{ ...key, status: before }] },
      present: { ...EMPTY, keys: [{ ...key, status: after }] },
    }).keys[0]?.status
  expect([status('active', 'disabled'), status('active', 'retired')]).toEqual([
    'disabled',
    'retired',
  ])
  expect([status('disabled', 'active'), status('disabled', 'retired')]).toEqual([
    'disabled',
    'retired-disabled',
  ])
})
