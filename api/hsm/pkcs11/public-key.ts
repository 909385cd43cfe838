import pkcs11 from 'pkcs11js'
import type { Handle, PKCS11 } from 'pkcs11js'
import type { Bytes } from '#shared/bytes.ts'
import type { KeyAlgorithm } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { ecSpki, rsaSpki } from '#shared/x509/public-key.ts'
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
  if (made.type === 'ec') {
    return ecSpki(made.curve.name, uncompressedPoint(made.curve, read(pkcs11.CKA_EC_POINT)))
  }
  const modulus = new Uint8Array(read(pkcs11.CKA_MODULUS))
  const exponent = new Uint8Array(read(pkcs11.CKA_PUBLIC_EXPONENT))
  return rsaSpki({ kind: 'rsa', bits: made.bits, modulus, exponent, pssOnly: false })
}

function mustRead(cryptoki: PKCS11, session: Handle, object: Handle, type: number): Buffer {
  const value = readAttribute(cryptoki, session, object, type)
  if (value === null) throw new PosternError('token/broken', 'The token hides a public key')
  return value
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
