import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../bytes.ts'
import { decryptLargeCbc } from './large-cbc.ts'

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

async function encrypt(parameters: AesCbcParams, key: Bytes, text: Bytes) {
  const cipher = await crypto.subtle.importKey('raw', key, parameters.name, false, ['encrypt'])
  return new Uint8Array(await crypto.subtle.encrypt(parameters, cipher, text))
}

const keyBytes = fc.constantFrom(16, 32)
const lengths = fc.integer({ min: 0, max: 400 })
const pieces = fc.constantFrom(16, 32, 48, 1024)
describe('content decrypted in pieces', () => {
  it('is what CBC as a whole gives', async () => {
    const property = fc.asyncProperty(keyBytes, lengths, pieces, async (size, length, piece) => {
      const [key, iv, text] = [random(size), random(16), random(length)]
      const ciphertext = await encrypt({ name: 'AES-CBC', iv }, key, text)
      expect(await decryptLargeCbc(key, iv, ciphertext, undefined, piece)).toEqual(text)
      const inPlace = await decryptLargeCbc(key, iv, ciphertext, ciphertext, piece)
      expect(inPlace).toEqual(text)
      expect(inPlace.buffer).toBe(ciphertext.buffer)
    })
    await fc.assert(property)
  })

  it('is refused by CBC for a wrong padding, a part of a block, and nothing at all', async () => {
    const [key, iv] = [random(32), random(16)]
    const ciphertext = await encrypt({ name: 'AES-CBC', iv }, key, random(64))
    const unpadded = ciphertext.subarray(0, 64)
    await expect(
      decryptLargeCbc(key, iv, unpadded.subarray(0, 40), undefined, 16),
    ).rejects.toThrow()
    await expect(decryptLargeCbc(key, iv, new Uint8Array(), undefined, 16)).rejects.toThrow()
    ciphertext[63] = (ciphertext[63] ?? 0) ^ 0x80
    await expect(decryptLargeCbc(key, iv, ciphertext, undefined, 16)).rejects.toThrow()
  })
})
