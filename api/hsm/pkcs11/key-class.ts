import { oid } from '#shared/asn1/writer.ts'
import { type KeyAlgorithm, keyAlgorithm, keyOrigin, keyPurpose } from '#shared/contract/keys.ts'
import type { Curve } from '#shared/x509/public-key.ts'
import type { TokenKey } from '../port.ts'

/** A curve of NIST's, as the token is asked for it. */
export type NamedCurve = {
  readonly name: Curve
  /** DER OBJECT IDENTIFIER, the value of CKA_EC_PARAMS (RFC 5480 §2.1.1.1). */
  readonly parameters: Uint8Array
  readonly fieldBytes: 32 | 48 | 66
}

/** A use of Curve25519: one to sign, one to agree. */
export type EdwardsCurve = Curve25519<'ed25519'> | Curve25519<'x25519'>

type Curve25519<Name> = {
  readonly name: Name
  /** DER OBJECT IDENTIFIER (RFC 8410 §3). */
  readonly parameters: Uint8Array
  /** Of a public key, and of what is agreed upon. */
  readonly fieldBytes: 32
}

export const P256: NamedCurve = {
  name: 'p256',
  parameters: oid('1.2.840.10045.3.1.7'),
  fieldBytes: 32,
}

export const P384: NamedCurve = {
  name: 'p384',
  parameters: oid('1.3.132.0.34'),
  fieldBytes: 48,
}

export const P521: NamedCurve = {
  name: 'p521',
  parameters: oid('1.3.132.0.35'),
  fieldBytes: 66,
}

export const ED25519: EdwardsCurve = {
  name: 'ed25519',
  parameters: oid('1.3.101.112'),
  fieldBytes: 32,
}

export const X25519: EdwardsCurve = {
  name: 'x25519',
  parameters: oid('1.3.101.110'),
  fieldBytes: 32,
}

/** What kind of pair an algorithm's name stands for. */
export type KeyClass =
  | { readonly type: 'rsa'; readonly bits: 2048 | 3072 | 4096 }
  | { readonly type: 'ec'; readonly curve: NamedCurve }
  | { readonly type: 'edwards'; readonly curve: EdwardsCurve }

export function keyClass(algorithm: KeyAlgorithm): KeyClass {
  switch (algorithm) {
    case 'rsa-2048':
      return { type: 'rsa', bits: 2048 }
    case 'rsa-3072':
      return { type: 'rsa', bits: 3072 }
    case 'rsa-4096':
      return { type: 'rsa', bits: 4096 }
    case 'ec-p256':
      return { type: 'ec', curve: P256 }
    case 'ec-p384':
      return { type: 'ec', curve: P384 }
    case 'ec-p521':
      return { type: 'ec', curve: P521 }
    case 'ed25519':
      return { type: 'edwards', curve: ED25519 }
    case 'x25519':
      return { type: 'edwards', curve: X25519 }
  }
}

/** CKA_LABEL of a user's key: with MODIFIABLE false it says for ever what the key was made for, and where. */
export function keyLabel({ purpose, algorithm, origin = 'made' }: Omit<TokenKey, 'id'>): string {
  const from = origin === 'made' ? '' : `${origin}/`
  return `postern/${from}${purpose}/${algorithm}`
}

/** What a label says, or null when it is none of ours. */
export function readKeyLabel(label: string): Omit<TokenKey, 'id'> | null {
  const [, from, purposeText, algorithmText] = LABEL.exec(label) ?? []
  const origin = keyOrigin.safeParse(from ?? 'made')
  const purpose = keyPurpose.safeParse(purposeText)
  const algorithm = keyAlgorithm.safeParse(algorithmText)
  if (!origin.success || !purpose.success || !algorithm.success) return null
  return { origin: origin.data, purpose: purpose.data, algorithm: algorithm.data }
}

const LABEL = /^postern\/(?:(imported|dual-use)\/)?([a-z]+)\/([a-z0-9-]+)$/
