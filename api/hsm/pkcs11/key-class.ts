import { oid } from '#shared/asn1/writer.ts'
import type { KeyAlgorithm, KeyPurpose } from '#shared/contract/keys.ts'

/** P-256 and P-384, as the token is asked for them. */
export type NamedCurve = {
  readonly name: 'p256' | 'p384'
  /** DER OBJECT IDENTIFIER, the value of CKA_EC_PARAMS (RFC 5480 §2.1.1.1). */
  readonly parameters: Uint8Array
  readonly fieldBytes: 32 | 48
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

/** What kind of pair an algorithm's name stands for. */
export type KeyClass =
  | { readonly type: 'rsa'; readonly bits: 2048 | 3072 | 4096 }
  | { readonly type: 'ec'; readonly curve: NamedCurve }

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
  }
}

/** CKA_LABEL of a user's key: with MODIFIABLE false it says for ever what the key was made for. */
export function keyLabel(key: {
  readonly purpose: KeyPurpose
  readonly algorithm: KeyAlgorithm
}): string {
  return `postern/${key.purpose}/${key.algorithm}`
}
