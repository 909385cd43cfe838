import type { Bytes } from '../bytes.ts'
import {
  type AgreementScheme,
  type HkdfScheme,
  isHkdf,
  type WrapName,
  type X963Scheme,
} from './algorithms.ts'
import { eccCmsSharedInfo, WRAP_KEY_BYTES, x963Kdf } from './ecc-shared-info.ts'

const X963_HASHES = {
  'dh-std-sha1': 'sha1',
  'dh-std-sha224': 'sha224',
  'dh-std-sha256': 'sha256',
  'dh-std-sha384': 'sha384',
  'dh-std-sha512': 'sha512',
} as const satisfies Record<X963Scheme, string>
type HashName = (typeof X963_HASHES)[X963Scheme]

const HKDF_HASHES = {
  'dh-std-hkdf-sha256': 'SHA-256',
  'dh-std-hkdf-sha384': 'SHA-384',
  'dh-std-hkdf-sha512': 'SHA-512',
} as const satisfies Record<HkdfScheme, string>

/**
 * The key-encryption key of an agreement: by ANSI X9.63 (RFC 5753 §7.1.4) or HKDF (RFC 8418 §2.2).
 * @param hash for X9.63; given, because WebCrypto has no SHA-224
 * @param secret what the agreement gave; stays the caller's, to be overwritten
 */
export async function deriveWrapKey(of: {
  readonly scheme: AgreementScheme
  readonly wrap: WrapName
  readonly ukm: Bytes | null
  readonly secret: Uint8Array
  readonly hash: (name: HashName, data: Bytes) => Bytes | Promise<Bytes>
}): Promise<Bytes> {
  const { scheme, wrap, ukm, secret } = of
  const sharedInfo = eccCmsSharedInfo(wrap, ukm)
  const length = WRAP_KEY_BYTES[wrap]
  if (isHkdf(scheme)) {
    // The user keying material is the salt, too, beside its place in the shared info (RFC 8418 §2.2).
    const salt = ukm ?? new Uint8Array()
    const parameters = { name: 'HKDF', hash: HKDF_HASHES[scheme], salt, info: sharedInfo }
    const input = await crypto.subtle.importKey('raw', new Uint8Array(secret), 'HKDF', false, [
      'deriveBits',
    ])
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, input, length * 8))
  }
  const name = X963_HASHES[scheme]
  return x963Kdf({ hash: (data) => of.hash(name, data), secret, sharedInfo, length })
}

const WEB_NAMES: Partial<Record<HashName, string>> = {
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
}

/** A hash by WebCrypto, for who encrypts: its schemes are of our choice. */
export async function webDigest(name: HashName, data: Bytes): Promise<Bytes> {
  const webName = WEB_NAMES[name]
  if (webName === undefined) throw new TypeError(`nobody writes with ${name}`)
  return new Uint8Array(await crypto.subtle.digest(webName, data))
}
