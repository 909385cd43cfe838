import { constants, createPrivateKey, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Bytes, sameBytes } from '#shared/bytes.ts'
import { parsePublicKey, type PublicKey } from '#shared/x509/public-key.ts'
import { encryptRsaPkcs1 } from './rsa-pkcs1-encryption.ts'

const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const KEY = parsePublicKey(Uint8Array.from(pair.publicKey)) as Extract<PublicKey, { kind: 'rsa' }>

function rawDecrypt(ciphertext: Bytes): Bytes {
  const key = createPrivateKey(pair.privateKey)
  return Uint8Array.from(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, ciphertext))
}

describe('RSA PKCS #1 v1.5 encryption', () => {
  it('makes blocks of 00 02, fresh octets that are not zero, 00, and the message', () => {
    const message = crypto.getRandomValues(new Uint8Array(32))
    const paddings = Array.from({ length: 20 }, () => {
      const ciphertext = encryptRsaPkcs1(KEY, message)
      expect(ciphertext).toHaveLength(256)
      const block = rawDecrypt(ciphertext)
      expect(Array.from(block.subarray(0, 2))).toEqual([0, 2])
      expect(block.indexOf(0, 2)).toBe(256 - 32 - 1)
      expect(sameBytes(block.subarray(-32), message)).toBe(true)
      return block.subarray(2, -33).join()
    })
    expect(new Set(paddings).size).toBe(20)
  })

  it('takes as much as leaves eight octets of padding', () => {
    expect(rawDecrypt(encryptRsaPkcs1(KEY, new Uint8Array(245))).indexOf(0, 2)).toBe(10)
    expect(() => encryptRsaPkcs1(KEY, new Uint8Array(246))).toThrow(TypeError)
  })

  it('does not work for ever on an absurd exponent or modulus', () => {
    const exponent = KEY.modulus.slice(0, 255)
    const modulus = new Uint8Array(2049).fill(255)
    for (const absurd of [{ exponent }, { modulus }]) {
      expect(() => encryptRsaPkcs1({ ...KEY, ...absurd }, new Uint8Array(32))).toThrow(TypeError)
    }
  })
})
