/** The key derivation of PKCS #12 itself (RFC 7292 appendix B.2): for its MAC, and for its old ciphers. */
import { type Bytes, concat } from '../bytes.ts'
import { digestOf } from '../x509/digest.ts'
import { unsupported } from './failure.ts'
import { MAX_LEGACY_ITERATIONS } from './limits.ts'

/** What is derived (appendix B.3). */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const

export type Derivation = {
  readonly digest: 'sha-1' | 'sha-256'
  readonly salt: Bytes
  readonly iterations: number
}

const BLOCK = 64 // octets that SHA-1 and SHA-256 take at a time

/**
 * @throws PosternError `pkcs12/unsupported` when it would take too long
 */
export async function derive(
  { digest, salt, iterations }: Derivation,
  password: string,
  purpose: (typeof PURPOSE)[keyof typeof PURPOSE],
  length: number,
): Promise<Bytes> {
  if (iterations < 1 || iterations > MAX_LEGACY_ITERATIONS) throw unsupported('too many iterations')
  const diversifier = new Uint8Array(BLOCK).fill(purpose)
  const input = concat(filled(salt), filled(asBmp(password)))
  const made: Bytes[] = []
  for (let have = 0; have < length; have += made.at(-1)?.length ?? length) {
    let block = await digestOf(digest, concat(diversifier, input))
    for (let round = 1; round < iterations; round++) block = await digestOf(digest, block)
    made.push(block)
    addToEach(input, filled(block).subarray(0, BLOCK))
  }
  return concat(...made).slice(0, length)
}

/** Step 6 C: each block of the input plus the derived block plus one, as big-endian numbers. */
function addToEach(input: Bytes, block: Bytes): void {
  for (let start = 0; start < input.length; start += BLOCK) {
    let carry = 1
    for (let at = BLOCK - 1; at >= 0; at--) {
      carry += (input[start + at] ?? 0) + (block[at] ?? 0)
      input[start + at] = carry & 0xff
      carry >>= 8
    }
  }
}

/** Copies one after another, up to whole blocks. */
function filled(octets: Bytes): Bytes {
  const whole = new Uint8Array(Math.ceil(octets.length / BLOCK) * BLOCK)
  return whole.map((_zero, at) => octets[at % octets.length] ?? 0)
}

/** A BMPString with its two zero octets (appendix B.1). */
function asBmp(password: string): Bytes {
  const text = new Uint8Array(2 * password.length + 2)
  for (let at = 0; at < password.length; at++) {
    const unit = password.charCodeAt(at)
    text.set([unit >> 8, unit & 0xff], 2 * at)
  }
  return text
}
