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

  it('is what GCM as a whole gives', async () => {
    const aads = fc.integer({ min: 0, max: 40 })
    const of = [keyBytes, lengths, pieces, aads] as const
    const property = fc.asyncProperty(...of, async (size, length, piece, aadLength) => {
      const sealed = await seal(size, length, aadLength)
      expect(await decryptLargeGcm(sealed, undefined, piece)).toEqual(sealed.text)
      const inPlace = await decryptLargeGcm(sealed, sealed.ciphertext, piece)
      expect(inPlace).toEqual(sealed.text)
      expect(inPlace.buffer).toBe(sealed.ciphertext.buffer)
    })
    await fc.assert(property)
  })

  it('is refused by GCM for one bit of another tag, text, nonce or additional data, with nothing decrypted', async () => {
    const sealed = await seal(32, 100, 20)
    for (const name of ['tag', 'ciphertext', 'nonce', 'aad'] as const) {
      for (const at of [0, 11]) {
        const changed = sealed[name].map((byte, index) => (index === at ? byte ^ 1 : byte))
        const plaintext = new Uint8Array(100)
        const opening = decryptLargeGcm({ ...sealed, [name]: changed }, plaintext, 16)
        await expect(opening).rejects.toThrow('wrong tag')
        expect(plaintext).toEqual(new Uint8Array(100))
      }
    }
    const longer = { ...sealed, aad: new Uint8Array([...sealed.aad, 0]) } // the same blocks, another length
    await expect(decryptLargeGcm(longer)).rejects.toThrow('wrong tag')
  })

  it('takes a tag that was cut to 12 octets', async () => {
    const sealed = await seal(16, 50, 0)
    const short = { ...sealed, tag: sealed.tag.subarray(0, 12) }
    expect(await decryptLargeGcm(short, undefined, 16)).toEqual(sealed.text)
  })
})

async function seal(keyLength: number, length: number, aadLength: number) {
  const [key, nonce, aad] = [random(keyLength), random(12), random(aadLength)]
  const text = random(length)
  const whole = await encrypt({ name: 'AES-GCM', iv: nonce, additionalData: aad }, key, text)
  return { key, nonce, aad, text, ciphertext: whole.slice(0, -16), tag: whole.slice(-16) }
}
