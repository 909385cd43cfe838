import type {
  DigestAlgorithm,
  KeyAlgorithm,
  KeyPurpose,
  SignatureScheme,
} from '#shared/contract/keys.ts'
import type { KeyUse } from '#shared/x509/key-usage.ts'
import type { PublicKey } from '#shared/x509/public-key.ts'

const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4' // RFC 5280 §4.2.1.12
const DAY = 24 * 3600 * 1000
const LIFETIME_DAYS = { authority: 3650, user: 730 }

/** What a user's certificate allows: signing or receiving mail, never both (RFC 8550 §4.4.2). */
export function userProfile(purpose: KeyPurpose, key: PublicKey) {
  return { ca: null, keyUsage: usesOf(purpose, key), extendedKeyUsage: [EMAIL_PROTECTION] }
}

/** What the authority's own certificate allows: issuing to users, no further authorities. */
export function authorityProfile() {
  const keyUsage: KeyUse[] = ['keyCertSign', 'cRLSign']
  return { ca: { pathLength: 0 }, keyUsage, extendedKeyUsage: [], addresses: [] }
}

/** From when until when a certificate issued now is good. */
export function validity(
  now: Date,
  of: 'authority' | 'user',
  backdateDays: number,
): { notBefore: Date; notAfter: Date } {
  const start = now.getTime() - (now.getTime() % 1000) // certificates know whole seconds
  return {
    notBefore: new Date(start - backdateDays * DAY),
    notAfter: new Date(start + LIFETIME_DAYS[of] * DAY),
  }
}

type Issuing = { readonly scheme: SignatureScheme; readonly digest: DigestAlgorithm }

/** How an authority with such a key signs. */
export function issuingAlgorithm(algorithm: KeyAlgorithm): Issuing {
  switch (algorithm) {
    case 'rsa-2048':
    case 'rsa-3072':
    case 'rsa-4096':
      return { scheme: 'rsa-pkcs1', digest: 'sha-256' }
    case 'ec-p256':
      return { scheme: 'ecdsa', digest: 'sha-256' }
    case 'ec-p384':
      return { scheme: 'ecdsa', digest: 'sha-384' }
    case 'ec-p521':
      return { scheme: 'ecdsa', digest: 'sha-512' }
    case 'ed25519':
      return { scheme: 'ed25519', digest: 'sha-512' }
    case 'x25519':
      throw new TypeError('an authority whose key does not sign')
  }
}

function usesOf(purpose: KeyPurpose, key: PublicKey): KeyUse[] {
  if (purpose === 'sign') return ['digitalSignature', 'nonRepudiation']
  return [key.kind === 'rsa' ? 'keyEncipherment' : 'keyAgreement']
}
