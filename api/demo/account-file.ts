import { randomInt } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { PosternError } from '#shared/errors.ts'

const accountSchema = z.object({
  username: z.string(),
  password: z.string(),
  /** The one-time-code seed, base32. */
  seed: z.string(),
})

/** What it takes to sign in as a demo user. Exists for the demo alone; nothing else reads it. */
export type DemoAccount = z.infer<typeof accountSchema>

/** Writes `<folder>/<username>.json`, readable by this user only. */
export function writeAccount(folder: string, account: DemoAccount): void {
  const path = join(folder, `${account.username}.json`)
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  writeFileSync(draft, JSON.stringify(account), { mode: 0o400, flush: true })
  renameSync(draft, path)
}

/** @throws PosternError `config/invalid` when there is no such demo user */
export function readAccount(folder: string, username: string): DemoAccount {
  if (!/^[a-z]{1,20}$/.test(username)) throw noSuchUser(username)
  try {
    const text = readFileSync(join(folder, `${username}.json`), 'utf8')
    return accountSchema.parse(JSON.parse(text))
  } catch (error) {
    throw noSuchUser(username, error)
  }
}

function noSuchUser(username: string, cause?: unknown): PosternError {
  return new PosternError(
    'config/invalid',
    `There is no demo user "${username}" here; they are alice, bob and carol, once Postern has been started.`,
    { cause },
  )
}

const CONSONANTS = 'bdfghjklmnprstvz'
const VOWELS = 'aeiou'
const WORDS = 5 // of two syllables: 80 to the tenth, 63 bits

/** A password that can be typed from a screen, such as `kavo-remi-tusa-lopi-hade`. */
export function newPassword(): string {
  const syllable = (): string => pick(CONSONANTS) + pick(VOWELS)
  return Array.from({ length: WORDS }, () => syllable() + syllable()).join('-')
}

function pick(letters: string): string {
  return letters.charAt(randomInt(letters.length))
}
