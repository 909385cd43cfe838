import { childrenOf, type Element } from '../asn1/reader.ts'
import { INTEGER, OCTET_STRING, SEQUENCE } from '../asn1/tags.ts'
import { octetsOf, smallIntegerOf } from '../asn1/values.ts'
import { integer, octetString, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { algorithmIdentifier, type AlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import {
  type AeadCipher,
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
      readonly kind: 'aead'
      readonly name: AeadCipher
      readonly nonce: Bytes
      /** Octets of the tag. */
      readonly tagLength: number
    }
  | { readonly kind: 'unsupported'; readonly name: string }

type Of<Kind, Name> = Extract<ContentEncryption, { kind: Kind }> & { readonly name: Name }
/** What content is written with. */
export type CbcEncryption = Of<'cbc', AesCbcCipher>
export type GcmEncryption = Of<'aead', GcmCipher>

const BLOCK_OF_AES = 16
const BLOCK_OF_DES = 8 // and of RC2
const DEFAULT_TAG_LENGTH = 12 // RFC 5084 §3.1, §3.2

type AeadBounds = {
  readonly minNonce: number
  readonly maxNonce: number
  readonly tagLengths: readonly number[]
}
// 12 octets of nonce are what everybody writes. Below 8, two messages soon share one.
const GCM: AeadBounds = { minNonce: 8, maxNonce: 64, tagLengths: [12, 13, 14, 15, 16] }
// RFC 5084 §3.1. Its shorter tags are left out: they can be guessed.
const CCM: AeadBounds = { minNonce: 7, maxNonce: 13, tagLengths: [12, 14, 16] }

/** What a contentEncryptionAlgorithm says (RFC 3565 §2.3.1, RFC 5084 §3, RFC 8103 §1.1, RFC 3370 §5.1). */
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
      return parseAead(name, parameters, GCM)
    case 'aes-128-ccm':
    case 'aes-192-ccm':
    case 'aes-256-ccm':
      return parseAead(name, parameters, CCM)
    case 'chacha20-poly1305':
      return { kind: 'aead', name, nonce: parseChaChaNonce(parameters), tagLength: 16 }
  }
}

/** DER AlgorithmIdentifier. */
export function contentEncryptionIdentifier(encryption: CbcEncryption | GcmEncryption): Bytes {
  const dotted = CIPHER_OIDS[encryption.name]
  switch (encryption.kind) {
    case 'cbc':
      return algorithmIdentifier(dotted, octetString(encryption.iv))
    case 'aead': {
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

function parseAead(
  name: AeadCipher,
  parameters: Element | null,
  bounds: AeadBounds,
): ContentEncryption {
  if (parameters?.tag !== SEQUENCE) {
    throw new PosternError('cms/malformed', 'An AEAD cipher without its parameters')
  }
  const fields = childrenOf(parameters)
  const nonce = octetsOf(fields.next(OCTET_STRING))
  const length = fields.nextIf(INTEGER)
  fields.end()
  const tagLength = length === null ? DEFAULT_TAG_LENGTH : smallIntegerOf(length)
  const nonceFits = nonce.length >= bounds.minNonce && nonce.length <= bounds.maxNonce
  if (!nonceFits || !bounds.tagLengths.includes(tagLength)) {
    throw new PosternError('cms/malformed', 'An AEAD nonce or tag length is out of range')
  }
  return { kind: 'aead', name, nonce, tagLength }
}

/** RFC 8103 §1.1: the nonce alone; the tag has one length. */
function parseChaChaNonce(parameters: Element | null): Bytes {
  const nonce = parameters?.tag === OCTET_STRING ? octetsOf(parameters) : null
  if (nonce?.length !== 12) throw new PosternError('cms/malformed', 'ChaCha20 without its nonce')
  return nonce
}
