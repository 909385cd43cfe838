import {
  bitString,
  contextExplicit,
  contextImplicit,
  integer,
  octetString,
  sequence,
} from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { algorithmIdentifier } from '../x509/algorithm-identifier.ts'
import type { Certificate } from '../x509/certificate.ts'
import {
  type Curve,
  CURVE_NAMES,
  EC_PUBLIC_KEY,
  type PublicKey,
  rsaSpki,
  x25519Spki,
} from '../x509/public-key.ts'
import { deriveWrapKey, webDigest } from './agreement-kdf.ts'
import type { AgreementScheme } from './algorithms.ts'
import { issuerAndSerial } from './certificate-identifier.ts'
import { keyAgreementIdentifier } from './key-agreement.ts'
import { type KeyTransport, keyTransportIdentifier } from './key-transport.ts'
import { encryptRsaPkcs1 } from './rsa-pkcs1-encryption.ts'

/** How an RSA key is written to. An EC key leaves no choice. */
export type RsaTransport = 'rsa-pkcs1' | 'rsa-oaep-sha1' | 'rsa-oaep-sha256'

const RSA_TRANSPORTS = {
  'rsa-pkcs1': { kind: 'rsa-pkcs1' },
  'rsa-oaep-sha1': { kind: 'rsa-oaep', hash: 'sha-1', mgfHash: 'sha-1' },
  'rsa-oaep-sha256': { kind: 'rsa-oaep', hash: 'sha-256', mgfHash: 'sha-256' },
} as const satisfies Record<RsaTransport, KeyTransport>

/** A digest as strong as the curve (RFC 5753 §8). */
const CURVE_SCHEMES = {
  p256: 'dh-std-sha256',
  p384: 'dh-std-sha384',
  p521: 'dh-std-sha512',
} as const satisfies Record<Curve, AgreementScheme>

const WRAP = 'aes-256'

/**
 * Encrypts a content key to one certificate.
 * @returns a DER RecipientInfo: key transport for RSA (RFC 5652 §6.2.1), key agreement with an ephemeral key
 * for P-256/384/521 (RFC 5753 §3.1) and X25519 (RFC 8418)
 * @throws PosternError `cms/unsupported` for other keys
 */
export async function encryptContentKey(
  certificate: Certificate,
  contentKey: Bytes,
  rsa: RsaTransport,
): Promise<Bytes> {
  const { publicKey } = certificate
  switch (publicKey.kind) {
    case 'rsa':
      return encodeKeyTransport(certificate, RSA_TRANSPORTS[rsa], publicKey, contentKey)
    case 'ec':
      return encodeKeyAgreement(
        certificate,
        await agreeOnCurve(publicKey.curve, certificate.spki),
        contentKey,
      )
    case 'x25519':
      return encodeKeyAgreement(certificate, await agreeOnX25519(certificate.spki), contentKey)
    case 'ed25519':
    case 'other':
      throw unsupported(certificate)
  }
}

async function encodeKeyTransport(
  certificate: Certificate,
  transport: Exclude<KeyTransport, { kind: 'unsupported' }>,
  key: Extract<PublicKey, { kind: 'rsa' }>,
  contentKey: Bytes,
): Promise<Bytes> {
  if (key.pssOnly !== null) throw unsupported(certificate)
  const encryptedKey =
    transport.kind === 'rsa-pkcs1'
      ? encryptRsaPkcs1(key, contentKey)
      : await encryptOaep(rsaSpki(key), transport.hash, contentKey)
  return sequence(
    integer(0),
    issuerAndSerial(certificate),
    keyTransportIdentifier(transport),
    octetString(encryptedKey),
  )
}

/** WebCrypto has one digest for both uses, which is all that is written here. */
async function encryptOaep(spki: Bytes, hash: string, contentKey: Bytes): Promise<Bytes> {
  const algorithm = { name: 'RSA-OAEP', hash }
  const key = await crypto.subtle.importKey('spki', spki, algorithm, false, ['encrypt'])
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'RSA-OAEP' }, key, contentKey))
}

/** A key agreed upon with a key made for it. */
type Agreed = {
  readonly scheme: AgreementScheme
  /** The x coordinate, or the shared secret of X25519. */
  readonly secret: Bytes
  /** DER OriginatorPublicKey, under a tag of its own (RFC 5652 §6.2.2). */
  readonly originator: Bytes
}

async function encodeKeyAgreement(
  certificate: Certificate,
  { scheme, secret, originator }: Agreed,
  contentKey: Bytes,
): Promise<Bytes> {
  const kek = await deriveWrapKey({ scheme, wrap: WRAP, ukm: null, secret, hash: webDigest })
  const encryptedKey = await wrapKey(kek, contentKey)
  const keyAgreement = sequence(
    integer(3),
    contextExplicit(0, contextImplicit(1, originator)),
    keyAgreementIdentifier(scheme, WRAP),
    sequence(sequence(issuerAndSerial(certificate), octetString(encryptedKey))),
  )
  return contextImplicit(1, keyAgreement)
}

async function agreeOnCurve(curve: Curve, spki: Bytes): Promise<Agreed> {
  const { secret, point } = await agree({ name: 'ECDH', namedCurve: CURVE_NAMES[curve] }, spki)
  const originator = sequence(algorithmIdentifier(EC_PUBLIC_KEY), bitString(point))
  return { scheme: CURVE_SCHEMES[curve], secret, originator }
}

/** HKDF with SHA-256 is what RFC 8551 §2.3 asks of every reader. */
async function agreeOnX25519(spki: Bytes): Promise<Agreed> {
  try {
    const { secret, point } = await agree({ name: 'X25519' }, spki)
    return { scheme: 'dh-std-hkdf-sha256', secret, originator: x25519Spki(point) }
  } catch (error) {
    const what = 'This engine cannot encrypt to an X25519 key.' // too old, or the key is of low order
    throw new PosternError('cms/unsupported', what, { cause: error })
  }
}

async function agree(
  algorithm: { readonly name: 'X25519' } | { readonly name: 'ECDH'; readonly namedCurve: string },
  spki: Bytes,
): Promise<{ secret: Bytes; point: Bytes }> {
  const theirs = await crypto.subtle.importKey('spki', spki, algorithm, false, [])
  const ours = (await crypto.subtle.generateKey(algorithm, false, ['deriveBits'])) as CryptoKeyPair
  const agreement = { name: algorithm.name, public: theirs }
  const secret = await crypto.subtle.deriveBits(agreement, ours.privateKey, null)
  const point = await crypto.subtle.exportKey('raw', ours.publicKey)
  return { secret: new Uint8Array(secret), point: new Uint8Array(point) }
}

/** AES key wrap (RFC 3394). WebCrypto wraps keys only, so the content key poses as one for HMAC. */
async function wrapKey(kek: Bytes, contentKey: Bytes): Promise<Bytes> {
  const wrapping = await crypto.subtle.importKey('raw', kek, 'AES-KW', false, ['wrapKey'])
  const carrier = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', contentKey, carrier, true, ['sign'])
  return new Uint8Array(await crypto.subtle.wrapKey('raw', key, wrapping, 'AES-KW'))
}

function unsupported(certificate: Certificate): PosternError {
  const what = `A key of the kind ${certificate.keyKind} cannot be encrypted to.`
  return new PosternError('cms/unsupported', what)
}
