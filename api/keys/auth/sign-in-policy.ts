import type { FactorKind } from '#shared/contract/factor-proof.ts'
import type { SignInPolicy } from '#shared/contract/admin/sign-in-policy.ts'
import { PosternError } from '#shared/errors.ts'
import { findSetting } from '../../storage/settings.ts'
import type { Db, SessionMeans, SessionRow } from '../../storage/schema.ts'
import { parseSettings } from '../policy/company-settings.ts'
import type { SessionTimes } from './session-times.ts'

/** How users may sign in now. Throws `config/invalid` as `readSettings`. */
export async function readSignInPolicy(db: Db): Promise<SignInPolicy> {
  return signInPolicyOf(await findSetting(db, 'signIn'))
}

let last: { readonly stored: string | null; readonly policy: SignInPolicy } | null = null

/** The same, of what is stored. It is asked with every call, and seldom changes. */
export function signInPolicyOf(stored: string | null): SignInPolicy {
  if (last?.stored !== stored) last = { stored, policy: parseSettings('signIn', stored) }
  return last.policy
}

/** The company's times, and none longer than the server was started with. */
export function sessionTimesOf(policy: SignInPolicy, most: SessionTimes): SessionTimes {
  return {
    idleSeconds: Math.min(policy.idleMinutes * 60, most.idleSeconds),
    absoluteSeconds: Math.min(policy.absoluteHours * 3600, most.absoluteSeconds),
  }
}

export function allowsKind(policy: SignInPolicy, kind: FactorKind): boolean {
  return kind === 'recovery' ? policy.recoveryCodes : policy.factors.includes(kind)
}

/** @throws PosternError `policy/denied` */
export function requireKind(policy: SignInPolicy, kind: FactorKind): void {
  if (allowsKind(policy, kind)) return
  throw new PosternError('policy/denied', 'Your company does not take this way to sign in.')
}

/** Whether Postern's own passwords are taken: always, where there is nothing else. */
export function takesPasswords(policy: SignInPolicy, hasOpenId: boolean): boolean {
  return policy.passwords || !hasOpenId
}

/** Whether the session was opened by what may open one now. */
export function allowsMeans(
  policy: SignInPolicy,
  { means }: Pick<SessionRow, 'means'>,
  hasOpenId: boolean,
): boolean {
  return (means.split(' ') as (SessionMeans | '')[]).every((one) => {
    if (one === '') return true
    if (one === 'password') return takesPasswords(policy, hasOpenId)
    return one === 'openid' ? hasOpenId : allowsKind(policy, one)
  })
}
