import { childrenOf, type Element } from '../asn1/reader.ts'
import { INTEGER, OCTET_STRING, SEQUENCE } from '../asn1/tags.ts'
import { octetsOf, smallIntegerOf } from '../asn1/values.ts'
import { integer, octetString, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { algorithmIdentifier, type AlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import {
  type AesCbcCipher,
  CIPHER_OIDS,
  type CbcCipher,
  cipherName,
  findCipher,
  type GcmCipher,
  RC2_CBC,
  type Rc2Cipher,
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

type Of<Kind, Name> = Extract<ContentEncryption, { kind: Kind }> & { readonly name: Name }
/** What content is written with. */
export type CbcEncryption = Of<'cbc', AesCbcCipher>
export type GcmEncryption = Of<'gcm', GcmCipher>

const BLOCK_OF_AES = 16
const BLOCK_OF_DES = 8 // and of RC2
const DEFAULT_TAG_LENGTH = 12 // RFC 5084 §3.2
const MAX_NONCE_BYTES = 64 // 12 is what everybody writes; GCM takes any

/** What a contentEncryptionAlgorithm says (RFC 3565 §2.3.1, RFC 5084 §3.2, RFC 3370 §5.1). */
export function toContentEncryption(identifier: AlgorithmIdentifier): ContentEncryption {
  if (identifier.oid === RC2_CBC) return parseRc2(identifier.parameters)
  const name = findCipher(identifier.oid)
  const { parameters } = identifier
  if (name === null) return { kind: 'unsupported', name: cipherName(identifier.oid) }
  switch (name) {
    case 'aes-128-cbc':
    case 'aes-192-cbc':
    case 'aes-256-cbc':
      return { kind: 'cbc', name, iv: parseIv(parameters, BLOCK_OF_AES) }
    case 'des-ede3-cbc':
      return { kind: 'cbc', name, iv: parseIv(parameters, BLOCK_OF_DES) }
    case 'aes-128-gcm':
    case 'aes-192-gcm':
    case 'aes-256-gcm':
      return { kind: 'gcm', name, ...parseGcm(parameters) }
  }
}

/** DER AlgorithmIdentifier. */
export function contentEncryptionIdentifier(encryption: CbcEncryption | GcmEncryption): Bytes {
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

// RC2-CBC parameter versions: RFC 2268 §6 for the lengths that anybody wrote.
const RC2_VERSIONS: ReadonlyMap<number, Rc2Cipher> = new Map([
  [160, 'rc2-40-cbc'],
  [120, 'rc2-64-cbc'],
  [58, 'rc2-cbc'],
])

function parseRc2(parameters: Element | null): ContentEncryption {
  if (parameters?.tag !== SEQUENCE) {
    throw new PosternError('cms/malformed', 'RC2 without its parameters')
  }
  const fields = childrenOf(parameters)
  const version = smallIntegerOf(fields.next(INTEGER))
  const iv = parseIv(fields.next(), BLOCK_OF_DES)
  fields.end()
  const name = RC2_VERSIONS.get(version)
  return name === undefined
    ? { kind: 'unsupported', name: cipherName(RC2_CBC) }
    : { kind: 'cbc', name, iv }
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
