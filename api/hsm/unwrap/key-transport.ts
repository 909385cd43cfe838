import type { Handle } from 'pkcs11js'
import type { Recipient } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { wipe } from '../pkcs11/buffers.ts'
import { decryptRaw, readModulus } from '../pkcs11/rsa.ts'
import type { Token } from '../pkcs11/token.ts'
import { OAEP_HASH_BYTES, recoverOaep } from './oaep.ts'
import { recoverPkcs1 } from './pkcs1.ts'
import type { Recovered } from './recovered.ts'

type Transport = Extract<Recipient, { kind: 'ktri' }>

/**
 * The content key of a KeyTransRecipientInfo: raw RSA in the token, the padding removed here.
 * @throws PosternError `request/malformed` when the block is not a number below the modulus, of its length
 */
export async function recoverTransported(
  token: Token,
  key: Handle,
  entry: Transport,
  keyBytes: number,
): Promise<Recovered> {
  const modulus = readModulus(token, key)
  const isBlock =
    entry.encryptedKey.length === modulus.length && Buffer.compare(entry.encryptedKey, modulus) < 0
  if (!isBlock) throw new PosternError('request/malformed', 'Not a block of this RSA key')
  if (modulus.length < keyBytes + overhead(entry)) {
    throw new PosternError('hsm/unsupported', 'The RSA key is too short for this padding')
  }
  const block = await decryptRaw(token, key, entry.encryptedKey)
  try {
    return unpad(block, entry, keyBytes)
  } finally {
    wipe(block)
  }
}

function unpad(block: Uint8Array, entry: Transport, keyBytes: number): Recovered {
  switch (entry.algorithm) {
    case 'rsa-pkcs1':
      return recoverPkcs1(block, keyBytes)
    case 'rsa-oaep':
      return recoverOaep(block, keyBytes, entry.oaep)
  }
}

/** What the padding needs beside the key, in bytes (RFC 8017 §7.1.1, §7.2.1). */
function overhead(entry: Transport): number {
  return entry.algorithm === 'rsa-pkcs1' ? 11 : 2 * OAEP_HASH_BYTES[entry.oaep.hash] + 2
}
