import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { PosternError } from '#shared/errors.ts'

const SECRET_BYTES = 16 // 128 bits, as 32 hexadecimal digits: within every token's PIN length

/**
 * The secret in a file that only this user can read (0400), made at random when there is none. A file that is there
 * is whole: it gets its name when it is complete.
 * @throws PosternError `token/wrong-pin` when the file holds no PIN
 */
export function readOrMakePin(path: string): string {
  if (!existsSync(path)) makeSecret(path)
  return readPin(path)
}

/**
 * The PIN in a file that an operator put there.
 * @throws PosternError `token/wrong-pin` when the file holds no PIN, `config/invalid` when others than its owner may
 * read it
 */
export function readPrivatePin(path: string): string {
  requirePrivate(path)
  return readPin(path)
}

/**
 * That nobody reads a secret's file but its owner. What systemd hands to a service (`LoadCredential=`) belongs to root
 * and opens by an access list, whose mask the mode shows as the right of root's own group: that is private as well.
 * @throws PosternError `config/invalid`
 */
export function requirePrivate(path: string): void {
  const { mode, uid, gid } = statSync(path)
  const others = uid === 0 && gid === 0 ? 0o037 : 0o077
  if ((mode & others) === 0) return
  throw new PosternError(
    'config/invalid',
    `Others can read the secret in ${path}; chmod 400 ${path} keeps it to its owner.`,
  )
}

function readPin(path: string): string {
  const pin = readFileSync(path, 'utf8').trim()
  if (/^[!-~]{4,255}$/.test(pin)) return pin
  throw new PosternError('token/wrong-pin', `The file ${path} holds no PIN.`)
}

function makeSecret(path: string): void {
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  writeFileSync(draft, `${randomBytes(SECRET_BYTES).toString('hex')}\n`, {
    mode: 0o400,
    flush: true,
  })
  linkSync(draft, path)
  rmSync(draft)
}
