import type {
  CodeFactorRow,
  KeyRow,
  RecoveryCodeRow,
  Schema,
  UserRow,
} from '../../storage/schema.ts'
import { columnsOf, policyOf } from '../policy/key-policy.ts'

type StoredPasskey = Schema['passkeys']

/** What must not go back to what it was. */
export type Guarded = {
  readonly users: readonly UserRow[]
  readonly keys: readonly KeyRow[]
  readonly factors: readonly CodeFactorRow[]
  readonly passkeys: readonly StoredPasskey[]
  readonly recoveryCodes: readonly RecoveryCodeRow[]
}

export type Merge = {
  /** What the backup has. */
  readonly backup: Guarded
  /** What the database had until now. */
  readonly present: Guarded
  /** Whether the present is what became of the backup: then it knows best who signs in with what. */
  readonly continues: boolean
  readonly madeAt: Date
  readonly now: Date
}

const STEP_SECONDS = 30 // of an authenticator app, RFC 6238
const PRESSED_A_DAY = 10 // a hardware token's button
const MOST_PRESSED = 90 // two codes in a row find a token that is further on, up to 99
const DAY = 24 * 3600 * 1000

/** Both together, so that nothing is good again that was used up, removed or switched off. */
export function merge(of: Merge): Guarded {
  const { backup, present, continues } = of
  const known = new Set(continues ? present.users.map(({ id }) => id) : [])
  const carried = new Set(backup.users.map(({ id }) => id))
  const isPresent = ({ userId }: { userId: string }) => known.has(userId) && carried.has(userId)
  const newest = <R extends { userId: string }>(before: readonly R[], now: readonly R[]) => [
    ...before.filter(({ userId }) => !known.has(userId)),
    ...now.filter(isPresent),
  ]
  return {
    users: mergeUsers(of),
    keys: mergeKeys(of),
    factors: newest(backup.factors, present.factors).map(floorOf(of)),
    passkeys: newest(backup.passkeys, present.passkeys).map(countedOf(of)),
    recoveryCodes: newest(backup.recoveryCodes, present.recoveryCodes),
  }
}

/** Who was removed stays removed; who the present is sure of is as it says. */
function mergeUsers({ backup, present, continues }: Merge): UserRow[] {
  const now = byId(present.users)
  return backup.users.map((user) => {
    const other = now.get(user.id)
    if (other === undefined) return user
    return continues
      ? other
      : { ...user, status: other.status === 'removed' ? 'removed' : user.status }
  })
}

/** A key that was switched off, or retired, stays so; its policy is the one that the present is sure of. */
function mergeKeys({ backup, present, continues }: Merge): KeyRow[] {
  const now = byId(present.keys)
  return backup.keys.map((key) => {
    const other = now.get(key.id) ?? key
    const policy = columnsOf(policyOf(continues ? other : key))
    const both = [key.status, other.status]
    const isOff = both.some((status) => status === 'disabled' || status === 'retired-disabled')
    const isRetired = both.some((status) => status === 'retired' || status === 'retired-disabled')
    const retired = isRetired ? 'retired' : key.status
    return {
      ...key,
      ...policy,
      status: isOff ? (isRetired ? 'retired-disabled' : 'disabled') : retired,
    }
  })
}

/**
 * No code of before is taken. Where nobody knows which were used since the backup: an app begins after the present
 * step and its neighbour; a hardware token as many codes on as a busy user presses.
 */
function floorOf({ backup, present, continues, madeAt, now }: Merge) {
  const [before, after] = [byId(backup.factors), byId(present.factors)]
  const known = new Set(continues ? present.users.map(({ id }) => id) : [])
  return (factor: CodeFactorRow): CodeFactorRow => {
    const counters = [before, after].map((rows) => rows.get(factor.id)?.counter ?? 0)
    const counter = Math.max(...counters)
    if (known.has(factor.userId)) return { ...factor, counter }
    if (factor.kind === 'totp') {
      const step = Math.floor(now.getTime() / 1000 / STEP_SECONDS) + 1
      return { ...factor, counter: Math.max(counter, step) }
    }
    const days = Math.floor(Math.max(0, now.getTime() - madeAt.getTime()) / DAY) + 1
    const ahead = Math.min(PRESSED_A_DAY * days, MOST_PRESSED)
    const restored = before.get(factor.id)?.counter ?? 0
    return { ...factor, counter: Math.max(counter, restored + ahead) }
  }
}

function countedOf({ backup, present }: Merge) {
  const [before, after] = [byId(backup.passkeys), byId(present.passkeys)]
  return (passkey: StoredPasskey): StoredPasskey => {
    const counters = [before, after].map((rows) => Number(rows.get(passkey.id)?.counter ?? 0))
    return { ...passkey, counter: Math.max(...counters) }
  }
}

function byId<R extends { readonly id: string }>(rows: readonly R[]): ReadonlyMap<string, R> {
  return new Map(rows.map((row) => [row.id, row]))
}
