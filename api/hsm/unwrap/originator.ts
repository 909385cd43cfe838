import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto'
import { sameBytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import { ecSpki, x25519Spki } from '#shared/x509/public-key.ts'
import { type EdwardsCurve, type NamedCurve, X25519 } from '../pkcs11/key-class.ts'
import { isOnCurve } from './curve-point.ts'

/**
 * The originator's point, from its DER SubjectPublicKeyInfo, which must be the one encoding of an
 * uncompressed point on the recipient's named curve (no explicit parameters, no other curve or form), or
 * of an X25519 key.
 * @throws PosternError `request/malformed`
 */
export function readOriginator(spki: Uint8Array, curve: NamedCurve | EdwardsCurve): Uint8Array {
  if (curve.name === 'x25519') return readX25519Originator(spki)
  if (curve.name === 'ed25519') throw noPoint()
  const point = spki.subarray(-(1 + 2 * curve.fieldBytes))
  if (sameBytes(spki, ecSpki(curve.name, point)) && isOnCurve(curve, point)) return point
  throw noPoint()
}

/**
 * A point of low order would make the secret all zeros, whoever's key it meets; RFC 7748 §6.1 has that
 * refused, and SoftHSM fails in a way that looks like its end. So such a point never reaches the token.
 */
function readX25519Originator(spki: Uint8Array): Uint8Array {
  const point = spki.subarray(-X25519.fieldBytes)
  if (sameBytes(spki, x25519Spki(point)) && isOfHighOrder(spki)) return point
  throw noPoint()
}

/** Every private key is a multiple of the cofactor: agreement with any of them tells. */
const anyX25519 = generateKeyPairSync('x25519')

function isOfHighOrder(spki: Uint8Array): boolean {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    diffieHellman({ privateKey: anyX25519.privateKey, publicKey })
    return true
  } catch {
    return false
  }
}

function noPoint(): PosternError {
  return new PosternError('request/malformed', 'The originator has no key on the curve of this key')
}
