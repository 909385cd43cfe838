/** RSA signatures with digests that WebCrypto lacks (RFC 8017 §8). Public keys only: nothing here needs equal times. */
import { concat, hex, sameBytes, type Bytes } from '../bytes.ts'
import { octetString, sequence } from '../asn1/writer.ts'
import { digestIdentifierWithNull, type DigestName, digestOf } from './digest.ts'
import type { PssParameters } from './pss-parameters.ts'
import type { RsaKey } from './public-key.ts'

/**
 * RSASSA-PKCS1-v1_5 (§8.2.2): builds the one encoding that may come out, and compares. Nothing is parsed, so that
 * nothing can be hidden in it.
 */
export async function holdsPkcs1(
  key: RsaKey,
  digest: DigestName,
  signature: Bytes,
  data: Bytes,
): Promise<boolean> {
  const hash = await digestOf(digest, data)
  const info = sequence(digestIdentifierWithNull(digest), octetString(hash))
  const size = key.modulus.length
  if (signature.length !== size || size < info.length + 11) return false
  const padding = new Uint8Array(size - info.length - 3).fill(0xff)
  const expected = concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), info)
  return sameBytes(recover(key, signature, size) ?? new Uint8Array(), expected)
}

/** RSASSA-PSS (§8.1.2, §9.1.2). */
export async function holdsPss(
  key: RsaKey,
  { digest, mgfDigest, saltLength }: PssParameters,
  signature: Bytes,
  data: Bytes,
): Promise<boolean> {
  if (signature.length !== key.modulus.length) return false
  const bits = key.bits - 1
  const size = Math.ceil(bits / 8)
  const encoded = recover(key, signature, size)
  const hash = await digestOf(digest, data)
  const maskedSize = size - hash.length - 1
  if (encoded?.at(-1) !== 0xbc || maskedSize < saltLength + 1) return false
  const check = encoded.slice(maskedSize, -1)
  const block = encoded.slice(0, maskedSize)
  const spare = 8 * size - bits
  if ((block[0] ?? 0) >>> (8 - spare) !== 0) return false
  const mask = await maskOf(mgfDigest, check, maskedSize)
  for (const [index, octet] of mask.entries()) block[index] = (block[index] ?? 0) ^ octet
  block[0] = (block[0] ?? 0) & (0xff >>> spare)
  const salt = block.slice(maskedSize - saltLength)
  const rest = concat(new Uint8Array(maskedSize - saltLength - 1), Uint8Array.of(1))
  if (!sameBytes(block.subarray(0, rest.length), rest)) return false
  return sameBytes(check, await digestOf(digest, concat(new Uint8Array(8), hash, salt)))
}

/** MGF1 (§B.2.1). */
async function maskOf(digest: DigestName, seed: Bytes, size: number): Promise<Bytes> {
  let mask: Bytes = new Uint8Array()
  for (let counter = 0; mask.length < size; counter++) {
    const count = Uint8Array.of(0, 0, counter >>> 8, counter)
    mask = concat(mask, await digestOf(digest, concat(seed, count)))
  }
  return mask.slice(0, size)
}

/** RSAVP1 (§5.2.2) as octets; null where either number is too large. */
function recover({ modulus, exponent }: RsaKey, signature: Bytes, size: number): Bytes | null {
  const n = numberOf(modulus)
  const s = numberOf(signature)
  if (s >= n) return null
  const digits = power(s, numberOf(exponent), n).toString(16)
  if (digits.length > 2 * size) return null
  const padded = digits.padStart(2 * size, '0')
  return Uint8Array.from({ length: size }, (_, at) =>
    parseInt(padded.slice(2 * at, 2 * at + 2), 16),
  )
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus
    if (bit === '1') result = (result * base) % modulus
  }
  return result
}

function numberOf(octets: Bytes): bigint {
  return BigInt(`0x${hex(octets)}`)
}
