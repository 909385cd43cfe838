import { createPublicKey, type JsonWebKey } from 'node:crypto'
import pkcs11 from 'pkcs11js'
import type { Handle, PKCS11 } from 'pkcs11js'
import { base64url } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'
import type { KeyAlgorithm } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { readAttribute } from './attributes.ts'
import { keyClass, type NamedCurve } from './key-class.ts'

/** DER SubjectPublicKeyInfo (RFC 3279 §2.3) of a public key object. */
export function readSpki(
  cryptoki: PKCS11,
  session: Handle,
  object: Handle,
  algorithm: KeyAlgorithm,
): Bytes {
  const read = (type: number) => mustRead(cryptoki, session, object, type)
  const made = keyClass(algorithm)
  const key =
    made.type === 'rsa'
      ? rsaKey(read(pkcs11.CKA_MODULUS), read(pkcs11.CKA_PUBLIC_EXPONENT))
      : ecKey(made.curve, read(pkcs11.CKA_EC_POINT))
  return new Uint8Array(
    createPublicKey({ key, format: 'jwk' }).export({ format: 'der', type: 'spki' }),
  )
}

function mustRead(cryptoki: PKCS11, session: Handle, object: Handle, type: number): Buffer {
  const value = readAttribute(cryptoki, session, object, type)
  if (value === null) throw new PosternError('token/broken', 'The token hides a public key')
  return value
}

function rsaKey(modulus: Buffer, exponent: Buffer): JsonWebKey {
  return { kty: 'RSA', n: base64url(modulus), e: base64url(exponent) }
}

function ecKey(curve: NamedCurve, value: Buffer): JsonWebKey {
  const point = uncompressedPoint(curve, value)
  const x = point.subarray(1, 1 + curve.fieldBytes)
  const y = point.subarray(1 + curve.fieldBytes)
  return { kty: 'EC', crv: curve.jwk, x: base64url(x), y: base64url(y) }
}

/** CKA_EC_POINT is the point in a DER OCTET STRING (PKCS#11 2.40 §2.3.3); some tokens give it bare. */
function uncompressedPoint(curve: NamedCurve, value: Buffer): Buffer {
  const length = 1 + 2 * curve.fieldBytes
  const head = value.subarray(0, value.length - length)
  const isWrapped = head.equals(Buffer.from([4, length]))
  const point = value.subarray(head.length)
  if ((!isWrapped && head.length > 0) || point.length !== length || point[0] !== 4) {
    throw new PosternError('token/broken', 'The token gave a public point of another form')
  }
  return point
}
