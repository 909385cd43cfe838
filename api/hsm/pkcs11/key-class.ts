import type { KeyAlgorithm, KeyPurpose } from '#shared/contract/keys.ts'

/** P-256 and P-384, as the token is asked for them. */
export type NamedCurve = {
  readonly jwk: 'P-256' | 'P-384'
  /** DER OBJECT IDENTIFIER, the value of CKA_EC_PARAMS (RFC 5480 §2.1.1.1). */
  readonly parameters: Uint8Array
  readonly fieldBytes: 32 | 48
}

export const P256: NamedCurve = {
  jwk: 'P-256',
  parameters: Uint8Array.of(6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7),
  fieldBytes: 32,
}

export const P384: NamedCurve = {
  jwk: 'P-384',
  parameters: Uint8Array.of(6, 5, 0x2b, 0x81, 4, 0, 0x22),
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
