import pkcs11 from 'pkcs11js'
import type { Mechanism } from 'pkcs11js'
import { DIGEST_BYTES } from '#shared/cms/signature-scheme.ts'
import type { DigestAlgorithm } from '#shared/contract/keys.ts'

const HASHES = {
  'sha-256': { hashAlg: pkcs11.CKM_SHA256, mgf: pkcs11.CKG_MGF1_SHA256 },
  'sha-384': { hashAlg: pkcs11.CKM_SHA384, mgf: pkcs11.CKG_MGF1_SHA384 },
  'sha-512': { hashAlg: pkcs11.CKM_SHA512, mgf: pkcs11.CKG_MGF1_SHA512 },
} as const satisfies Record<DigestAlgorithm, { hashAlg: number; mgf: number }>

/** RSASSA-PSS (RFC 8017 §8.1) over a digest, with one hash for both uses and a salt as long. */
export function pssMechanism(digest: DigestAlgorithm): Mechanism {
  const parameter = {
    type: pkcs11.CK_PARAMS_RSA_PSS,
    ...HASHES[digest],
    saltLen: DIGEST_BYTES[digest],
  }
  return { mechanism: pkcs11.CKM_RSA_PKCS_PSS, parameter }
}
