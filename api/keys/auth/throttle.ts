import { createHash } from 'node:crypto'
import { base64url } from '#shared/base64.ts'
import type { FactorKind } from '#shared/contract/factor-proof.ts'
import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import {
  findAttempts,
  forgetAttempts,
  forgetAttemptsBefore,
  putAttempts,
} from '../../storage/attempts.ts'
import type { AttemptRow, Db } from '../../storage/schema.ts'
import type { Journal } from '../audit/journal.ts'

const FREE_FAILURES = 5 // a person mistypes a few times; a guesser needs many thousands
const FIRST_LOCK = 60
const LONGEST_LOCK = 15 * 60
const FORGOTTEN_AFTER = 24 * 3600
const STRANGERS = 'strangers' // no hash, so nobody's
const STRANGERS_PER_ENTRY = 1000 // one a minute, when it comes as fast as passwords are checked

/** One factor of one user: what is locked when it is guessed at; the other factors stay open. */
export type Guarded = {
  readonly factor: 'password' | 'enrolment' | FactorKind
  readonly username: string
}

/**
 * Counts an attempt before it is checked, so that guesses made at the same time cannot share one count.
 * The name is not looked up: who does not exist is locked alike.
 * @throws PosternError `factor/locked` with `retryAfter`
 */
export async function countAttempt(journal: Journal, guarded: Guarded): Promise<void> {
  const name = nameOf(guarded)
  const wait = await journal.write((tx, _append, now) => admit(tx, name, now))
  if (wait === 0) return
  throw new PosternError('factor/locked', 'Too many attempts. Please wait.', { retryAfter: wait })
}

/**
 * Counts a wrong guess at a name that nobody has, all such names together.
 * @returns whether this one is to be recorded: the first is, then every thousandth, for who tries names by the
 * million must not fill the audit for ever
 */
export async function countStranger(tx: Db, now: Date): Promise<boolean> {
  const before = (await findRecent(tx, STRANGERS, now))?.failures ?? 0
  await putAttempts(tx, {
    name: STRANGERS,
    failures: before + 1,
    lastAt: instant(now),
    lockedUntil: null,
  })
  return before % STRANGERS_PER_ENTRY === 0
}

/** After a success: the count starts again. */
export async function forgiveAttempts(tx: Db, guarded: Guarded): Promise<void> {
  await forgetAttempts(tx, nameOf(guarded))
}

/** How long the factor is locked after so many failures in a row: seconds. */
function lockSeconds(failures: number): number {
  if (failures < FREE_FAILURES) return 0
  return Math.min(FIRST_LOCK * 2 ** (failures - FREE_FAILURES), LONGEST_LOCK)
}

/** @returns seconds to wait, 0 when the attempt is admitted (and counted as a failure until it succeeds) */
async function admit(tx: Db, name: string, now: Date): Promise<number> {
  const before = await findRecent(tx, name, now)
  const until = before?.lockedUntil ?? null
  if (until !== null && until > instant(now)) {
    return Math.ceil((Date.parse(until) - now.getTime()) / 1000)
  }
  const failures = (before?.failures ?? 0) + 1
  const lock = lockSeconds(failures)
  const lockedUntil = lock === 0 ? null : instant(now, lock)
  await putAttempts(tx, { name, failures, lastAt: instant(now), lockedUntil })
  return 0
}

/** The attempts so far. What is old is removed where a new row will be: the table grows nowhere else. */
async function findRecent(tx: Db, name: string, now: Date): Promise<AttemptRow | null> {
  const forgotten = instant(now, -FORGOTTEN_AFTER)
  const found = await findAttempts(tx, name)
  if (found !== null && found.lastAt >= forgotten) return found
  await forgetAttemptsBefore(tx, forgotten)
  return null
}

function nameOf({ factor, username }: Guarded): string {
  return base64url(createHash('sha256').update(`postern/v1 ${factor}\n${username}`).digest())
}
