import type { FactorKind } from '#shared/contract/factor-proof.ts'
import type { PosternError } from '#shared/errors.ts'
import type { IconName } from './icons.ts'
import { wordsFor } from './problem-words.ts'

type Words = {
  readonly icon: IconName
  /** What it is. */
  readonly name: string
  /** To choose it instead of another. */
  readonly choose: string
  /** What to do with it. */
  readonly lead: string
}

export const FACTOR_WORDS: Readonly<Record<FactorKind, Words>> = {
  passkey: {
    icon: 'person',
    name: 'Passkey',
    choose: 'Use a passkey',
    lead: 'Use your fingerprint, face, screen lock or security key.',
  },
  totp: {
    icon: 'device',
    name: 'Authenticator app',
    choose: 'Use an authenticator app',
    lead: 'Enter the six digits that your authenticator app shows now.',
  },
  hotp: {
    icon: 'key',
    name: 'Hardware token',
    choose: 'Use a hardware token',
    lead: 'Press the button of your hardware token, and enter what it shows.',
  },
  recovery: {
    icon: 'file',
    name: 'Recovery code',
    choose: 'Use a recovery code',
    lead: 'Enter one of the recovery codes that you have put away. Each is good once.',
  },
}

/** What the user would rather use than type. */
const PREFERRED: readonly FactorKind[] = ['passkey', 'totp', 'hotp', 'recovery']

/** Those that can be shown here, the most convenient first. */
export function choicesOf(kinds: readonly FactorKind[], withPasskeys: boolean): FactorKind[] {
  return PREFERRED.filter((kind) => kinds.includes(kind) && (kind !== 'passkey' || withPasskeys))
}

/** Why a proof did not do. Of a rejected one the server knows the words: it may have been the password beside it. */
export function proofProblem(error: PosternError): string {
  if (error.code === 'factor/rejected') return error.message
  if (error.code === 'factor/locked')
    return `Too many tries. Wait ${waitWords(error.retryAfter ?? 60)}.`
  return wordsFor(error).advice
}

/** A time to wait, in seconds, as people say it. */
export function waitWords(seconds: number): string {
  return seconds >= 60 ? `${String(Math.ceil(seconds / 60))} min` : `${String(seconds)} s`
}
