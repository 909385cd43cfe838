import pkcs11 from 'pkcs11js'
import type { Handle, PKCS11 } from 'pkcs11js'
import { octetString } from '#shared/asn1/writer.ts'
import { type Bytes, sameBytes } from '#shared/bytes.ts'
import type { KeyAlgorithm } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { ecSpki, ed25519Spki, rsaSpki, x25519Spki } from '#shared/x509/public-key.ts'
import { readAttribute } from './attributes.ts'
import { type KeyClass, keyClass } from './key-class.ts'

/** DER SubjectPublicKeyInfo (RFC 3279 §2.3) of a public key object. */
export function readSpki(
  cryptoki: PKCS11,
  session: Handle,
  object: Handle,
  algorithm: KeyAlgorithm,
): Bytes {
  const read = (type: number) => mustRead(cryptoki, session, object, type)
  const made = keyClass(algorithm)
  if (made.type !== 'rsa') {
    const point = publicPoint(made, read(pkcs11.CKA_EC_POINT))
    return made.type === 'ec' ? ecSpki(made.curve.name, point) : SPKI_25519[made.curve.name](point)
  }
  const modulus = new Uint8Array(read(pkcs11.CKA_MODULUS))
  const exponent = new Uint8Array(read(pkcs11.CKA_PUBLIC_EXPONENT))
  return rsaSpki({ modulus, exponent })
}

function mustRead(cryptoki: PKCS11, session: Handle, object: Handle, type: number): Buffer {
  const value = readAttribute(cryptoki, session, object, type)
  if (value === null) throw new PosternError('token/broken', 'The token hides a public key')
  return value
}

const SPKI_25519 = { ed25519: ed25519Spki, x25519: x25519Spki }

/**
 * CKA_EC_POINT is the point in a DER OCTET STRING (PKCS#11 2.40 §2.3.3); some tokens give it bare. On
 * NIST's curves it is uncompressed, on Curve25519 the 32 octets of RFC 7748 and RFC 8032.
 */
function publicPoint(made: Exclude<KeyClass, { type: 'rsa' }>, value: Buffer): Uint8Array {
  const { fieldBytes } = made.curve
  const isPoint = (bytes: Uint8Array) =>
    made.type === 'ec'
      ? bytes.length === 1 + 2 * fieldBytes && bytes[0] === 4
      : bytes.length === fieldBytes
  const point = isPoint(value) ? value : value.subarray(value.length < 130 ? 2 : 3)
  if (isPoint(point) && (point === value || sameBytes(value, octetString(point)))) return point
  throw new PosternError('token/broken', 'The token gave a public point of another form')
}
