import pkcs11 from 'pkcs11js'
import type { Handle } from 'pkcs11js'
import type { Bytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import { encodeEcdsa } from '#shared/x509/ecdsa-signature.ts'
import { signEcdsaRaw } from '../pkcs11/ec.ts'
import { signEd25519 } from '../pkcs11/edwards.ts'
import { keyClass } from '../pkcs11/key-class.ts'
import { signRsa } from '../pkcs11/rsa.ts'
import type { Token } from '../pkcs11/token.ts'
import type { SignRequest } from '../port.ts'
import { digestInfo, digestOf } from './digest-info.ts'
import { pssMechanism } from './pss.ts'

/**
 * Hashes the message and signs it in the token; Ed25519 hashes by itself.
 * @throws PosternError `request/malformed` when the scheme is not one of this key's kind
 */
export async function sign(token: Token, handle: Handle, request: SignRequest): Promise<Bytes> {
  const made = keyClass(request.key.algorithm)
  if (made.type === 'edwards' && request.scheme === 'ed25519') {
    return new Uint8Array(signEd25519(token, handle, request.message))
  }
  const digest = digestOf(request.digest, request.message)
  if (made.type === 'rsa' && request.scheme === 'rsa-pkcs1') {
    const data = digestInfo(request.digest, digest)
    const mechanism = { mechanism: pkcs11.CKM_RSA_PKCS }
    return new Uint8Array(await signRsa(token, handle, mechanism, data))
  }
  if (made.type === 'rsa' && request.scheme === 'rsa-pss') {
    return new Uint8Array(await signRsa(token, handle, pssMechanism(request.digest), digest))
  }
  if (made.type === 'ec' && request.scheme === 'ecdsa') {
    const leftmost = digest.subarray(0, made.curve.fieldBytes) // FIPS 186-5 §6.4.1 step 2
    return encodeEcdsa(signEcdsaRaw(token, handle, made.curve, leftmost))
  }
  throw new PosternError('request/malformed', 'This scheme is not for a key of this kind')
}
