import { bitString, nullValue, oid, sequence } from '#shared/asn1/writer.ts'
import { sameBytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import type { NamedCurve } from '../pkcs11/key-class.ts'
import { isOnCurve } from './curve-point.ts'

const EC_PUBLIC_KEY = oid('1.2.840.10045.2.1') // RFC 5480 §2.1.1

/**
 * The originator's point, from its DER SubjectPublicKeyInfo. The curve is the recipient's; the
 * originator names it, or leaves the parameters absent or NULL (RFC 5753 §3.1.1). Nothing else is read:
 * no explicit curve, no other form of a point.
 * @throws PosternError `request/malformed`
 */
export function readOriginator(spki: Uint8Array, curve: NamedCurve): Uint8Array {
  const point = spki.subarray(-(1 + 2 * curve.fieldBytes))
  const forms = [curve.parameters, new Uint8Array(), nullValue()]
  const isOurForm = forms.some((parameters) => sameBytes(spki, encodeSpki(parameters, point)))
  if (isOurForm && isOnCurve(curve, point)) return point
  throw new PosternError('request/malformed', 'The originator has no key on the curve of this key')
}

function encodeSpki(parameters: Uint8Array, point: Uint8Array): Uint8Array {
  return sequence(sequence(EC_PUBLIC_KEY, parameters), bitString(point))
}
