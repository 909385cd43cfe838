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
 *
 * Some tokens strip leading zeros. How many there were is a secret (Manger, CRYPTO 2001), so the answer is
 * aligned to the right and its length looked at by nobody. A token that refuses a number below the modulus
 * could tell as much by its reason: it is lost, whatever it says.
 * @throws PosternError `hsm/unavailable`
 */
export async function decryptRaw(token: Token, key: Handle, block: Uint8Array): Promise<Buffer> {
  const { cryptoki } = token
  return token.pool.use(async (session) => {
    const input = ownCopy(block)
    const output = Buffer.alloc(block.length)
    try {
      cryptoki.C_DecryptInit(session, { mechanism: pkcs11.CKM_RSA_X_509 }, key)
      return alignRight(
        await cryptoki.C_DecryptAsync(session, input, output).catch(lost),
        block.length,
      )
    } finally {
      wipe(input, output)
    }
  })
}

function alignRight(number: Uint8Array, length: number): Buffer {
  const aligned = Buffer.alloc(length)
  aligned.set(number, length - number.length)
  return aligned
}

function lost(cause: unknown): never {
  throw new PosternError('hsm/unavailable', 'The token does not decrypt', { cause })
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
