import type { Bytes } from '../bytes.ts'
import { release } from '../release.ts'
import { BLOCK } from './blocks.ts'
import { PIECE } from './pieces.ts'

const NOTHING = new Uint8Array()

/**
 * AES-CBC in pieces: each needs only the block before it (NIST SP 800-38A §6.2). The padding is that of the
 * last piece; nothing is given back before it holds.
 * @param key 16 or 32 octets
 * @param plaintext takes the text; the ciphertext itself where it is not needed any more
 * @param piece octets at once, whole blocks
 * @throws Error where the padding is wrong
 */
export async function decryptLargeCbc(
  key: Bytes,
  iv: Bytes,
  ciphertext: Bytes,
  plaintext: Bytes = new Uint8Array(ciphertext.length),
  piece = PIECE,
): Promise<Bytes> {
  const name = 'AES-CBC'
  const cipher = await crypto.subtle.importKey('raw', key, name, false, ['encrypt', 'decrypt'])
  const padded = new Uint8Array(piece + BLOCK)
  let vector = iv
  let start = 0
  for (; start + piece < ciphertext.length; start += piece) {
    const own = ciphertext.subarray(start, start + piece)
    const last = own.slice(-BLOCK) // a copy: its place may be written over
    padded.set(own)
    padded.set(await paddingAfter(last, cipher), piece)
    const buffer = await crypto.subtle.decrypt({ name, iv: vector }, cipher, padded)
    const text = new Uint8Array(buffer)
    plaintext.set(text, start)
    release(text) // at once: hundreds of them would wait to be collected
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
