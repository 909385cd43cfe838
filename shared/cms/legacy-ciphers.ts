// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- every program that sees this file needs these types
/// <reference path="./node-forge.d.ts" />
/** Triple DES and RC2, which WebCrypto lacks: only to read old mail with, and loaded when it comes. */
import cipher from 'node-forge/lib/cipher.js'
import 'node-forge/lib/des.js'
import rc2 from 'node-forge/lib/rc2.js'
import util from 'node-forge/lib/util.js'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import type { Rc2Cipher } from './algorithms.ts'

/** CBC ciphers with blocks of eight octets. */
export type LegacyCipher = 'des-ede3-cbc' | Rc2Cipher

const BLOCK = 8
const CHUNK = 64 * 1024 // octets at a time: the library holds them as text, one character an octet

/**
 * Decrypts CBC and takes its padding off (RFC 5652 §6.3).
 * @param key of the cipher's length
 * @throws PosternError `content/damaged` when the padding does not hold
 */
export function decryptLegacy(name: LegacyCipher, key: Bytes, iv: Bytes, ciphertext: Bytes): Bytes {
  if (ciphertext.length === 0 || ciphertext.length % BLOCK !== 0) throw damaged()
  const plaintext = new Uint8Array(ciphertext.length)
  let before = iv
  for (let at = 0; at < ciphertext.length; at += CHUNK) {
    const chunk = ciphertext.subarray(at, at + CHUNK)
    const text = decryptChunk(name, key, before, chunk)
    for (let index = 0; index < text.length; index++) plaintext[at + index] = text.charCodeAt(index)
    before = chunk.subarray(-BLOCK)
  }
  return withoutPadding(plaintext)
}

/** One octet a character, padding and all. */
function decryptChunk(name: LegacyCipher, key: Bytes, iv: Bytes, chunk: Bytes): string {
  const input = util.createBuffer(chunk)
  if (name === 'des-ede3-cbc') {
    const des = cipher.createDecipher('3DES-CBC', util.createBuffer(key))
    des.start({ iv: util.createBuffer(iv) })
    des.update(input)
    return des.output.getBytes()
  }
  const legacy = rc2.createDecryptionCipher(util.createBuffer(key), key.length * 8)
  legacy.start(util.createBuffer(iv))
  legacy.update(input)
  return legacy.output.getBytes()
}

function withoutPadding(padded: Bytes): Bytes {
  const count = padded.at(-1) ?? 0
  const padding = padded.subarray(-count)
  if (count === 0 || count > BLOCK || !padding.every((byte) => byte === count)) throw damaged()
  return padded.subarray(0, -count)
}

function damaged(): PosternError {
  return new PosternError('content/damaged', 'The content cannot be decrypted.')
}
