import { bitString, oid, sequence } from '#shared/asn1/writer.ts'
import { sameBytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import type { NamedCurve } from '../pkcs11/key-class.ts'
import { isOnCurve } from './curve-point.ts'

const EC_PUBLIC_KEY = oid('1.2.840.10045.2.1') // RFC 5480 §2.1.1

/**
 * The originator's point, from its DER SubjectPublicKeyInfo, which must be the one encoding of an
 * uncompressed point on the recipient's named curve: no explicit parameters, no other curve or form.
 * @throws PosternError `request/malformed`
 */
export function readOriginator(spki: Uint8Array, curve: NamedCurve): Uint8Array {
  const point = spki.subarray(-(1 + 2 * curve.fieldBytes))
  const algorithm = sequence(EC_PUBLIC_KEY, curve.parameters)
  const isOurForm = sameBytes(spki, sequence(algorithm, bitString(point)))
  if (isOurForm && isOnCurve(curve, point)) return point
  throw new PosternError('request/malformed', 'The originator has no key on the curve of this key')
}
