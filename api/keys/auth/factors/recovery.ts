import { randomBytes } from 'node:crypto'
import { base64url } from '#shared/base64.ts'
import { utf8 } from '#shared/bytes.ts'
import type { Hsm } from '../../../hsm/port.ts'
import { spendRecoveryCode } from '../../../storage/recovery-codes.ts'
import type { UserRow } from '../../../storage/schema.ts'
import type { FactorDeps, PreparedCheck } from './prepared-check.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567' // RFC 4648 §6
const LETTERS = 16 // 80 bits: nobody guesses one, with or without a throttle
const MISREAD: Readonly<Record<string, string>> = { '0': 'O', '1': 'I', '8': 'B' }

/** A new code, in groups of four as it is written down. */
export function newRecoveryCode(): string {
  const letters = Array.from(randomBytes(LETTERS), (byte) => ALPHABET[byte % ALPHABET.length])
  return letters.join('').replaceAll(/.{4}(?=.)/g, '$&-')
}

/**
 * What is stored of a code: a hash under a key of the token, so that a stolen database is of no help.
 * @returns null for what cannot be a code
 * @throws PosternError `hsm/unavailable`
 */
export async function hashRecoveryCode(
  hsm: Hsm,
  userId: string,
  code: string,
): Promise<string | null> {
  const plain = code
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll(/[018]/g, (letter) => MISREAD[letter] ?? letter)
  if (!/^[A-Z2-7]{16}$/.test(plain)) return null
  return base64url(await hsm.keyedHash(utf8(`postern/v1 recovery\n${userId}\n${plain}`)))
}

/**
 * A code that was written down, good once.
 * @throws PosternError `hsm/unavailable`
 */
export async function prepareRecovery(
  { hsm }: FactorDeps,
  user: UserRow,
  code: string,
): Promise<PreparedCheck> {
  const hash = await hashRecoveryCode(hsm, user.id, code)
  const spend =
    hash === null
      ? null
      : (tx: Parameters<typeof spendRecoveryCode>[0]) => spendRecoveryCode(tx, user.id, hash)
  return () => Promise.resolve(spend)
}
