import pkcs11 from 'pkcs11js'
import type { Handle, Mechanism } from 'pkcs11js'
import { PosternError } from '#shared/errors.ts'
import { readAttribute } from './attributes.ts'
import { ownCopy, wipe } from './buffers.ts'
import type { Token } from './token.ts'

/** The modulus of a private RSA key, big-endian, without leading zeros. */
export function readModulus({ cryptoki, session }: Token, key: Handle): Buffer {
  const modulus = readAttribute(cryptoki, session, key, pkcs11.CKA_MODULUS)
  const first = modulus?.findIndex((byte) => byte !== 0) ?? -1
  if (modulus === null || first === -1) {
    throw new PosternError('token/broken', 'The token hides a public key')
  }
  return modulus.subarray(first)
}

/**
 * RSADP (RFC 8017 §5.1.2): the padded block, as long as the modulus. The caller has compared `block`
 * with the modulus and overwrites the answer after use.
 */
export async function decryptRaw(token: Token, key: Handle, block: Uint8Array): Promise<Buffer> {
  const { cryptoki } = token
  return token.pool.use(async (session) => {
    const input = ownCopy(block)
    try {
      cryptoki.C_DecryptInit(session, { mechanism: pkcs11.CKM_RSA_X_509 }, key)
      const output = await cryptoki.C_DecryptAsync(session, input, Buffer.alloc(block.length))
      if (output.length === block.length) return output
      throw new PosternError('hsm/unsupported', 'The token strips raw RSA blocks')
    } finally {
      wipe(input)
    }
  })
}

/** A signature by a mechanism of RSA, as long as the modulus. */
export async function signRsa(
  token: Token,
  key: Handle,
  mechanism: Mechanism,
  data: Uint8Array,
): Promise<Buffer> {
  const { cryptoki } = token
  const modulusBytes = readModulus(token, key).length
  return token.pool.use(async (session) => {
    const input = ownCopy(data)
    try {
      cryptoki.C_SignInit(session, mechanism, key)
      return await cryptoki.C_SignAsync(session, input, Buffer.alloc(modulusBytes))
    } finally {
      wipe(input)
    }
  })
}
