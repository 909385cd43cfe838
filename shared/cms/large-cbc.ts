import type { Bytes } from '../bytes.ts'
import { PIECE } from './pieces.ts'

const BLOCK = 16
const NOTHING = new Uint8Array()

/**
 * AES-CBC in pieces: each needs only the block before it (NIST SP 800-38A §6.2). The padding is that of the
 * last piece; nothing is given back before it holds.
 * @param key 16 or 32 octets
 * @param piece octets at once, whole blocks
 * @throws Error where the padding is wrong
 */
export async function decryptLargeCbc(
  key: Bytes,
  iv: Bytes,
  ciphertext: Bytes,
  piece = PIECE,
): Promise<Bytes> {
  const name = 'AES-CBC'
  const cipher = await crypto.subtle.importKey('raw', key, name, false, ['encrypt', 'decrypt'])
  const plaintext = new Uint8Array(ciphertext.length)
  const padded = new Uint8Array(piece + BLOCK)
  let vector = iv
  let start = 0
  for (; start + piece < ciphertext.length; start += piece) {
    const own = ciphertext.subarray(start, start + piece)
    const last = own.subarray(-BLOCK)
    padded.set(own)
    padded.set(await paddingAfter(last, cipher), piece)
    const text = await crypto.subtle.decrypt({ name, iv: vector }, cipher, padded)
    plaintext.set(new Uint8Array(text), start)
    vector = last
  }
  const rest = ciphertext.subarray(start)
  const end = await crypto.subtle.decrypt({ name, iv: vector }, cipher, rest)
  plaintext.set(new Uint8Array(end), start)
  return plaintext.subarray(0, start + end.byteLength)
}

/** A block that decrypts behind this one as nothing but padding, which WebCrypto wants at every end. */
async function paddingAfter(last: Bytes, cipher: CryptoKey): Promise<Bytes> {
  const parameters = { name: 'AES-CBC', iv: last }
  return new Uint8Array(await crypto.subtle.encrypt(parameters, cipher, NOTHING))
}
