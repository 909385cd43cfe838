/**
 * Content keys that are bound to their cipher (RFC 9709): the key that the recipients get is the input of
 * HKDF over the cipher's identifier, so that a ciphertext relabelled with another cipher opens to nothing.
 */
import { encodedOf } from '../asn1/reader.ts'
import { SEQUENCE } from '../asn1/tags.ts'
import { type Bytes, utf8 } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import { CEK_HKDF_SHA256 } from './algorithms.ts'

const SALT = utf8('The Cryptographic Message Syntax')

/** The cipher's own identifier, and its encoding where the content key is bound to it. */
export function unbind(identifier: AlgorithmIdentifier): {
  readonly cipher: AlgorithmIdentifier
  readonly boundTo: Bytes | null
} {
  const { parameters } = identifier
  if (identifier.oid !== CEK_HKDF_SHA256) return { cipher: identifier, boundTo: null }
  if (parameters?.tag !== SEQUENCE) {
    throw new PosternError('cms/malformed', 'cek-hkdf-sha256 without a cipher')
  }
  return { cipher: parseAlgorithmIdentifier(parameters), boundTo: encodedOf(parameters) }
}

/**
 * CMS_CEK_HKDF_SHA256 (RFC 9709 §2).
 * @param boundTo DER AlgorithmIdentifier of the cipher
 * @returns a key as long as `key`
 */
export async function deriveContentKey(key: Bytes, boundTo: Bytes): Promise<Bytes> {
  const input = await crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveBits'])
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: SALT, info: boundTo }
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, input, key.length * 8))
}
