import type { Handle } from 'pkcs11js'
import type { Token } from './token.ts'

// Names of PKCS#11 3.0 §2.3, which the binding does not have. SoftHSM 2.6 takes X25519 by the same two.
export const CKK_EC_EDWARDS = 0x40
export const CKM_EC_EDWARDS_KEY_PAIR_GEN = 0x1055
export const CKM_EDDSA = 0x1057

const SIGNATURE_BYTES = 64

/** Ed25519 (RFC 8032 §5.1.6) over the message itself. */
export function signEd25519(
  { cryptoki, session }: Token,
  key: Handle,
  message: Uint8Array,
): Buffer {
  cryptoki.C_SignInit(session, { mechanism: CKM_EDDSA }, key)
  return cryptoki.C_Sign(session, Buffer.from(message), Buffer.alloc(SIGNATURE_BYTES))
}
