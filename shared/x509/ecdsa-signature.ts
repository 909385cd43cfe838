import { childrenOf, readWhole } from '../asn1/reader.ts'
import { INTEGER, SEQUENCE } from '../asn1/tags.ts'
import { integerBytesOf } from '../asn1/values.ts'
import { sequence, unsignedInteger } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { isPosternError } from '../errors.ts'
import type { Curve } from './public-key.ts'

/** Octets of one coordinate, and of r and s. */
const COORDINATE_BYTES: Readonly<Record<Curve, number>> = { p256: 32, p384: 48, p521: 66 }

/**
 * r ‖ s in fixed size (IEEE P1363), as WebCrypto wants it, of a DER Ecdsa-Sig-Value (RFC 3279 §2.2.3);
 * null where that is not strictly DER or a number does not fit: such a signature does not hold.
 */
export function findRawEcdsa(der: Bytes, curve: Curve): Bytes | null {
  const size = COORDINATE_BYTES[curve]
  try {
    const fields = childrenOf(readWhole(der, 'der', SEQUENCE))
    const numbers = [fields.next(INTEGER), fields.next(INTEGER)].map(integerBytesOf)
    fields.end()
    const raw = new Uint8Array(2 * size)
    for (const [index, number] of numbers.entries()) {
      const digits = number[0] === 0 ? number.subarray(1) : number
      if ((number[0] ?? 0) >= 0x80 || digits.length > size) return null
      raw.set(digits, (index + 1) * size - digits.length)
    }
    return raw
  } catch (error) {
    if (isPosternError(error, 'asn1/malformed', 'asn1/limit')) return null
    throw error
  }
}

/** DER Ecdsa-Sig-Value of r ‖ s, as tokens and WebCrypto answer. */
export function encodeEcdsa(raw: Uint8Array): Bytes {
  const size = raw.length / 2
  return sequence(unsignedInteger(raw.subarray(0, size)), unsignedInteger(raw.subarray(size)))
}
