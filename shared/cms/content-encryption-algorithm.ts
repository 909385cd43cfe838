import { childrenOf, type Element } from '../asn1/reader.ts'
import { INTEGER, OCTET_STRING, SEQUENCE } from '../asn1/tags.ts'
import { octetsOf, smallIntegerOf } from '../asn1/values.ts'
import { integer, octetString, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { algorithmIdentifier, type AlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import {
  CIPHER_OIDS,
  type CbcCipher,
  cipherName,
  findCipher,
  type GcmCipher,
} from './algorithms.ts'

/** What the content is encrypted with. The two families never mix: see `EnvelopedData`. */
export type ContentEncryption =
  | { readonly kind: 'cbc'; readonly name: CbcCipher; readonly iv: Bytes }
  | {
      readonly kind: 'gcm'
      readonly name: GcmCipher
      readonly nonce: Bytes
      /** Octets of the tag. */
      readonly tagLength: number
    }
  | { readonly kind: 'unsupported'; readonly name: string }

const DEFAULT_TAG_LENGTH = 12 // RFC 5084 §3.2
const MAX_NONCE_BYTES = 64 // 12 is what everybody writes; GCM takes any

/** What a contentEncryptionAlgorithm says (RFC 3565 §2.3.1, RFC 5084 §3.2, RFC 3370 §5.1). */
export function toContentEncryption(identifier: AlgorithmIdentifier): ContentEncryption {
  const name = findCipher(identifier.oid)
  const { parameters } = identifier
  if (name === null) return { kind: 'unsupported', name: cipherName(identifier.oid) }
  switch (name) {
    case 'aes-128-cbc':
    case 'aes-192-cbc':
    case 'aes-256-cbc':
    case 'des-ede3-cbc':
      return { kind: 'cbc', name, iv: parseIv(parameters, name === 'des-ede3-cbc' ? 8 : 16) }
    case 'aes-128-gcm':
    case 'aes-192-gcm':
    case 'aes-256-gcm':
      return { kind: 'gcm', name, ...parseGcm(parameters) }
  }
}

/** DER AlgorithmIdentifier. */
export function contentEncryptionIdentifier(
  encryption: Exclude<ContentEncryption, { kind: 'unsupported' }>,
): Bytes {
  const dotted = CIPHER_OIDS[encryption.name]
  switch (encryption.kind) {
    case 'cbc':
      return algorithmIdentifier(dotted, octetString(encryption.iv))
    case 'gcm': {
      const nonce = octetString(encryption.nonce)
      return algorithmIdentifier(dotted, sequence(nonce, integer(encryption.tagLength)))
    }
  }
}

function parseIv(parameters: Element | null, bytes: number): Bytes {
  const iv = parameters?.tag === OCTET_STRING ? octetsOf(parameters) : null
  if (iv?.length !== bytes) throw new PosternError('cms/malformed', 'CBC without its IV')
  return iv
}

function parseGcm(parameters: Element | null): { nonce: Bytes; tagLength: number } {
  if (parameters?.tag !== SEQUENCE) {
    throw new PosternError('cms/malformed', 'GCM without its parameters')
  }
  const fields = childrenOf(parameters)
  const nonce = octetsOf(fields.next(OCTET_STRING))
  const length = fields.nextIf(INTEGER)
  fields.end()
  const tagLength = length === null ? DEFAULT_TAG_LENGTH : smallIntegerOf(length)
  const nonceFits = nonce.length > 0 && nonce.length <= MAX_NONCE_BYTES
  if (!nonceFits || tagLength < 12 || tagLength > 16) {
    throw new PosternError('cms/malformed', 'GCM with a nonce or tag length out of range')
  }
  return { nonce, tagLength }
}
