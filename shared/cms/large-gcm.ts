import { type Bytes, concat } from '../bytes.ts'
import { release } from '../release.ts'
import { BLOCK, sameTag, toBlocks } from './blocks.ts'
import { PIECE } from './pieces.ts'

const NONCE_BYTES = 12
const COUNTER_BITS = 32 // inc32, NIST SP 800-38D §6.2
const FIRST_BLOCK = 2 // the first counter of the content; 1 is the tag's (§7.1)
const NOTHING = new Uint8Array()

type Sealed = {
  /** 16 or 32 octets. */
  readonly key: Bytes
  readonly nonce: Bytes
  readonly aad: Bytes
  /** 12 to 16 octets. */
  readonly tag: Bytes
  readonly ciphertext: Bytes
}

/** Whether `decryptLargeGcm` takes it: another nonce is hashed into the first counter (NIST SP 800-38D §7.1, step 2). */
export function isUsualNonce(nonce: Bytes): boolean {
  return nonce.length === NONCE_BYTES
}

/**
 * AES-GCM in two passes, since WebCrypto holds what it is given four times: first the tag over the whole, then
 * AES-CTR in pieces (NIST SP 800-38D §7.2). Nothing is decrypted before the tag holds.
 * @param plaintext takes the text; the ciphertext itself where it is not needed any more
 * @param piece octets at once, whole blocks
 * @throws Error where the tag is wrong
 */
export async function decryptLargeGcm(
  sealed: Sealed,
  plaintext: Bytes = new Uint8Array(sealed.ciphertext.length),
  piece = PIECE,
): Promise<Bytes> {
  const { key, nonce, tag, ciphertext } = sealed
  const name = 'AES-CTR'
  const cipher = await crypto.subtle.importKey('raw', key, name, false, ['decrypt'])
  const expected = await tagOf(sealed, cipher)
  if (!sameTag(tag, expected.subarray(0, tag.length))) throw new Error('wrong tag')
  for (let start = 0; start < ciphertext.length; start += piece) {
    const counter = counterBlock(nonce, FIRST_BLOCK + start / BLOCK)
    const parameters = { name, counter, length: COUNTER_BITS }
    const own = ciphertext.subarray(start, start + piece)
    const text = new Uint8Array(await crypto.subtle.decrypt(parameters, cipher, own))
    plaintext.set(text, start)
    release(text) // at once: hundreds of them would wait to be collected
  }
  return plaintext.subarray(0, ciphertext.length)
}

/**
 * The tag of the ciphertext, from the engine's GMAC over it: given as additional data, it goes through the same hash.
 * Only the last block of that, the two lengths (§7.1, step 5), is another one. The hash is linear, so the tags differ
 * by the difference of these blocks, hashed.
 */
async function tagOf({ key, nonce, aad, ciphertext }: Sealed, cipher: CryptoKey): Promise<Bytes> {
  const name = 'AES-GCM'
  const gcm = await crypto.subtle.importKey('raw', key, name, false, ['encrypt'])
  const hashed = aad.length === 0 ? ciphertext : concat(toBlocks(aad), ciphertext)
  const parameters = { name, iv: nonce, additionalData: hashed }
  const gmac = new Uint8Array(await crypto.subtle.encrypt(parameters, gcm, NOTHING))
  const { hashBlock } = await import('./ghash.ts')
  const lengths = lengthBlock(aad.length, ciphertext.length)
  const difference = xor(lengths, lengthBlock(hashed.length, 0))
  return xor(gmac, hashBlock(await hashKey(cipher), difference))
}

/** The cipher of a block of zeros (§7.1, step 1), as the keystream of a counter that starts there. */
async function hashKey(cipher: CryptoKey): Promise<Bytes> {
  const zeros = new Uint8Array(BLOCK)
  const parameters = { name: 'AES-CTR', counter: zeros, length: COUNTER_BITS }
  return new Uint8Array(await crypto.subtle.decrypt(parameters, cipher, zeros))
}

function counterBlock(nonce: Bytes, count: number): Bytes {
  const block = concat(nonce, new Uint8Array(BLOCK - NONCE_BYTES))
  new DataView(block.buffer).setUint32(NONCE_BYTES, count)
  return block
}

/** Lengths in bits, 64 of them for each. */
function lengthBlock(aadBytes: number, textBytes: number): Bytes {
  const block = new Uint8Array(BLOCK)
  const view = new DataView(block.buffer)
  view.setBigUint64(0, BigInt(aadBytes) * 8n)
  view.setBigUint64(8, BigInt(textBytes) * 8n)
  return block
}

function xor(a: Bytes, b: Bytes): Bytes {
  return a.map((byte, index) => byte ^ (b[index] ?? 0))
}
