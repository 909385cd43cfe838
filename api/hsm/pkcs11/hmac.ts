import pkcs11 from 'pkcs11js'
import type { Handle } from 'pkcs11js'
import type { Token } from './token.ts'

const SHA256_BYTES = 32

/** HMAC-SHA-256 (RFC 2104) under a secret of the token, 32 bytes. */
export function hmacSha256({ cryptoki, session }: Token, key: Handle, data: Uint8Array): Buffer {
  cryptoki.C_SignInit(session, { mechanism: pkcs11.CKM_SHA256_HMAC }, key)
  return cryptoki.C_Sign(session, Buffer.from(data), Buffer.alloc(SHA256_BYTES))
}
