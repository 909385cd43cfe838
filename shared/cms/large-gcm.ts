import type { Bytes } from '../bytes.ts'
import { multiply, power, toBlock, toElement } from './ghash.ts'
import { PIECE } from './pieces.ts'

const BLOCK = 16
const NOTHING = new Uint8Array()

/** What GCM authenticates and decrypts; the nonce has 12 octets. */
export type LargeGcm = {
  readonly nonce: Bytes
  readonly aad: Bytes
  readonly ciphertext: Bytes
  readonly tag: Bytes
}

/**
 * AES-GCM in pieces, with the platform's AES and GHASH. The tag comes first: nothing is decrypted before it
 * holds. GCM's hash is linear, so the hash of the whole follows from that of its pieces, which are had as
 * tags over each piece as additional data (NIST SP 800-38D §6.4, §7.1).
 * @param key 16 or 32 octets
 * @param piece octets at once, whole blocks
 * @throws Error where the tag is wrong
 */
export async function decryptLargeGcm(key: Bytes, of: LargeGcm, piece = PIECE): Promise<Bytes> {
  const counter = await crypto.subtle.importKey('raw', key, 'AES-CTR', false, ['encrypt'])
  const zero = new Uint8Array(BLOCK)
  const subkey = toElement(await encryptCounter(counter, zero, zero))
  const expected = toBlock(await tagOf(key, subkey, of, piece))
  const wrong = of.tag.reduce((bits, byte, at) => bits | (byte ^ (expected[at] ?? 0xff)), 0)
  if (wrong !== 0 || of.tag.length === 0) throw new Error('wrong tag')
  const { ciphertext, nonce } = of
  const plaintext = new Uint8Array(ciphertext.length)
  for (let start = 0; start < ciphertext.length; start += piece) {
    const own = ciphertext.subarray(start, start + piece)
    plaintext.set(await encryptCounter(counter, counterAt(nonce, start), own), start)
  }
  return plaintext
}

/** The tag of the whole. `hash` is one multiplication ahead, as the tags of the pieces are. */
async function tagOf(
  key: Bytes,
  subkey: bigint,
  { nonce, aad, ciphertext }: LargeGcm,
  piece: number,
): Promise<bigint> {
  const cipher = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
  const mask = toElement(await tagOver(cipher, nonce, NOTHING))
  const hashOf = async (bytes: Bytes): Promise<bigint> => {
    const tag = toElement(await tagOver(cipher, nonce, bytes))
    return tag ^ mask ^ multiply(lengths(bytes.length, 0), subkey)
  }
  const whole = power(subkey, piece / BLOCK)
  let hash = await hashOf(aad)
  for (let start = 0; start < ciphertext.length; start += piece) {
    const own = ciphertext.subarray(start, start + piece)
    const ahead = own.length === piece ? whole : power(subkey, Math.ceil(own.length / BLOCK))
    hash = multiply(hash, ahead) ^ (await hashOf(own))
  }
  return hash ^ multiply(lengths(aad.length, ciphertext.length), subkey) ^ mask
}

async function tagOver(cipher: CryptoKey, nonce: Bytes, additionalData: Bytes): Promise<Bytes> {
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData }
  return new Uint8Array(await crypto.subtle.encrypt(parameters, cipher, NOTHING))
}

/** The block of both lengths in bits, that ends what is hashed. */
function lengths(aad: number, ciphertext: number): bigint {
  return (BigInt(aad * 8) << 64n) | BigInt(ciphertext * 8)
}

/** The counter block of the octet at `start` (NIST SP 800-38D §7.1: the first is 2, 1 masks the tag). */
function counterAt(nonce: Bytes, start: number): Bytes {
  const block = new Uint8Array(BLOCK)
  block.set(nonce)
  new DataView(block.buffer).setUint32(nonce.length, 2 + start / BLOCK)
  return block
}

async function encryptCounter(cipher: CryptoKey, counter: Bytes, bytes: Bytes): Promise<Bytes> {
  const parameters = { name: 'AES-CTR', counter, length: 32 }
  return new Uint8Array(await crypto.subtle.encrypt(parameters, cipher, bytes))
}
