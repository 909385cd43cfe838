import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../bytes.ts'
import { decryptLargeCbc } from './large-cbc.ts'
import { decryptLargeGcm } from './large-gcm.ts'

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

async function encrypt(parameters: AesCbcParams | AesGcmParams, key: Bytes, text: Bytes) {
  const cipher = await crypto.subtle.importKey('raw', key, parameters.name, false, ['encrypt'])
  return new Uint8Array(await crypto.subtle.encrypt(parameters, cipher, text))
}

const keyBytes = fc.constantFrom(16, 32)
const lengths = fc.integer({ min: 0, max: 400 })
const pieces = fc.constantFrom(16, 32, 48, 1024)
const gcmCase = {
  keyBytes,
  length: lengths,
  aad: lengths,
  tagBytes: fc.integer({ min: 12, max: 16 }),
}

async function gcmOf(of: { keyBytes: number; length: number; aad: number; tagBytes: number }) {
  const [key, nonce, aad, text] = [
    random(of.keyBytes),
    random(12),
    random(of.aad),
    random(of.length),
  ]
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: aad, tagLength: of.tagBytes * 8 }
  const sealed = await encrypt(parameters, key, text)
  const ciphertext = sealed.slice(0, text.length)
  return { key, text, gcm: { nonce, aad, ciphertext, tag: sealed.slice(text.length) } }
}

describe('content decrypted in pieces', () => {
  it('is what CBC as a whole gives', async () => {
    const property = fc.asyncProperty(keyBytes, lengths, pieces, async (size, length, piece) => {
      const [key, iv, text] = [random(size), random(16), random(length)]
      const ciphertext = await encrypt({ name: 'AES-CBC', iv }, key, text)
      expect(await decryptLargeCbc(key, iv, ciphertext, piece)).toEqual(text)
    })
    await fc.assert(property)
  })

  it('is what GCM as a whole gives, with any additional data and length of the tag', async () => {
    const property = fc.asyncProperty(fc.record(gcmCase), pieces, async (of, piece) => {
      const { key, text, gcm } = await gcmOf(of)
      expect(await decryptLargeGcm(key, gcm, piece)).toEqual(text)
    })
    await fc.assert(property)
  })

  it('is refused by GCM when one bit of it, of the tag or of the additional data is another', async () => {
    const what = fc.constantFrom('ciphertext', 'tag', 'aad', 'nonce')
    const property = fc.asyncProperty(
      fc.record(gcmCase),
      pieces,
      what,
      fc.nat(),
      fc.integer({ min: 0, max: 7 }),
      async (of, piece, field, place, bit) => {
        const { key, gcm } = await gcmOf({ ...of, length: of.length + 1, aad: of.aad + 1 })
        const bytes = gcm[field]
        const at = place % bytes.length
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
        await expect(decryptLargeGcm(key, gcm, piece)).rejects.toThrow('wrong tag')
      },
    )
    await fc.assert(property)
  })

  it('is refused by GCM without a tag, or when pieces changed their places', async () => {
    const { key, gcm } = await gcmOf({ keyBytes: 32, length: 64, aad: 0, tagBytes: 16 })
    await expect(decryptLargeGcm(key, { ...gcm, tag: new Uint8Array() }, 16)).rejects.toThrow()
    const { ciphertext } = gcm
    const swapped = new Uint8Array([
      ...ciphertext.slice(16, 32),
      ...ciphertext.slice(0, 16),
      ...ciphertext.slice(32),
    ])
    await expect(decryptLargeGcm(key, { ...gcm, ciphertext: swapped }, 16)).rejects.toThrow()
  })

  it('is refused by CBC for a wrong padding, a part of a block, and nothing at all', async () => {
    const [key, iv] = [random(32), random(16)]
    const ciphertext = await encrypt({ name: 'AES-CBC', iv }, key, random(64))
    const unpadded = ciphertext.subarray(0, 64)
    await expect(decryptLargeCbc(key, iv, unpadded.subarray(0, 40), 16)).rejects.toThrow()
    await expect(decryptLargeCbc(key, iv, new Uint8Array(), 16)).rejects.toThrow()
    ciphertext[63] = (ciphertext[63] ?? 0) ^ 0x80
    await expect(decryptLargeCbc(key, iv, ciphertext, 16)).rejects.toThrow()
  })
})
