/**
 * RSAES-PKCS1-v1_5 encryption (RFC 8017 §7.2.1), which browsers do not have. Only the public operation: a
 * public exponent on freshly padded random, so BigInt's time, which varies, tells nothing that lasts.
 */
import { type Bytes, concat, hex } from '../bytes.ts'
import type { PublicKey } from '../x509/public-key.ts'

type RsaKey = Extract<PublicKey, { kind: 'rsa' }>

const MIN_PADDING = 8
const MAX_MODULUS_BYTES = 2048 // 16384 bits, as far as OpenSSL goes; the work grows with the cube
const MAX_EXPONENT_BITS = 64 // 65537 in practice; what is longer only costs time

/**
 * Encrypts a content key to an RSA key.
 * @throws TypeError where the message does not fit the key, or modulus or exponent are absurd
 */
export function encryptRsaPkcs1(key: RsaKey, message: Bytes): Bytes {
  const size = key.modulus.length
  const padding = size - message.length - 3
  const isAbsurd = size > MAX_MODULUS_BYTES || key.exponent.length * 8 > MAX_EXPONENT_BITS
  if (padding < MIN_PADDING || isAbsurd) {
    throw new TypeError('this RSA key cannot encrypt this message')
  }
  const block = concat(Uint8Array.of(0, 2), nonZeroRandom(padding), Uint8Array.of(0), message)
  const power = raise(toBigInt(block), toBigInt(key.exponent), toBigInt(key.modulus))
  return fromBigInt(power, size)
}

function nonZeroRandom(length: number): Bytes {
  const octets = crypto.getRandomValues(new Uint8Array(length))
  for (let at = 0; at < length; at++) {
    while (octets[at] === 0) crypto.getRandomValues(octets.subarray(at, at + 1))
  }
  return octets
}

/** Square and multiply. */
function raise(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let power = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) power = (power * square) % modulus
    square = (square * square) % modulus
  }
  return power
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(bytes)}`)
}

function fromBigInt(value: bigint, size: number): Bytes {
  const digits = value.toString(16).padStart(size * 2, '0')
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}
