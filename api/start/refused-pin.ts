import { randomBytes, scryptSync } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const SALT_BYTES = 16
const DIGEST_BYTES = 32

/**
 * A note of the PIN that the token refused. A real token locks itself after a few wrong ones, and a server that is
 * started again and again would get it there. The PIN may be one of another token, so only a slow salted hash is kept.
 */
export class RefusedPin {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Whether the token has refused this very PIN before. */
  is(pin: string): boolean {
    if (!existsSync(this.#path)) return false
    const note = readFileSync(this.#path)
    const salt = note.subarray(0, SALT_BYTES)
    return note.equals(noteOf(salt, pin))
  }

  keep(pin: string): void {
    writeFileSync(this.#path, noteOf(randomBytes(SALT_BYTES), pin), { mode: 0o600, flush: true })
  }

  forget(): void {
    rmSync(this.#path, { force: true })
  }
}

function noteOf(salt: Buffer, pin: string): Buffer {
  return Buffer.concat([salt, scryptSync(pin, salt, DIGEST_BYTES)])
}
