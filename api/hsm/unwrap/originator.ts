import { sameBytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import { ecSpki } from '#shared/x509/public-key.ts'
import type { NamedCurve } from '../pkcs11/key-class.ts'
import { isOnCurve } from './curve-point.ts'

/**
 * The originator's point, from its DER SubjectPublicKeyInfo, which must be the one encoding of an
 * uncompressed point on the recipient's named curve: no explicit parameters, no other curve or form.
 * @throws PosternError `request/malformed`
 */
export function readOriginator(spki: Uint8Array, curve: NamedCurve): Uint8Array {
  const point = spki.subarray(-(1 + 2 * curve.fieldBytes))
  if (sameBytes(spki, ecSpki(curve.name, point)) && isOnCurve(curve, point)) return point
  throw new PosternError('request/malformed', 'The originator has no key on the curve of this key')
}
