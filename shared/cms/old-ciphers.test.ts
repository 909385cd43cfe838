import { createCipheriv, getCiphers, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bytes, sameBytes, utf8 } from '#shared/bytes.ts'
import { openAs, readerOf } from '#test/support/reading.ts'
import { OpensslPki } from '#test/support/openssl-pki.ts'
import { open } from '#shared/smime/open.ts'
import { explainEncryption } from '#shared/smime/explain.ts'
import { decryptLegacy } from './legacy-ciphers.ts'

const CONTENT = utf8('Content-Type: text/plain\r\n\r\n' + 'From the old days.\r\n'.repeat(9000))
const LEGACY = ['-provider', 'legacy', '-provider', 'default']

let pki: OpensslPki
beforeAll(() => {
  const [address, keyUsage] = ['alice@example.com', 'keyEncipherment'] as const
  pki = new OpensslPki([{ name: 'alice', address, kind: 'rsa-2048', keyUsage }])
})
afterAll(() => pki.remove())

function written(cipher: string): Bytes {
  const how = ['-encrypt', '-binary', '-outform', 'DER', `-${cipher}`, ...LEGACY, 'alice.pem']
  return pki.openssl(['cms', ...how], CONTENT)
}

describe('what openssl encrypted with an old cipher', () => {
  it.each([
    ['des3', 'des-ede3-cbc'],
    ['rc2-128', 'rc2-cbc'],
    ['rc2-64', 'rc2-cbc'],
    ['rc2-40', 'rc2-cbc'],
  ])('opens, and is called weak: %s', async (option, contentAlgorithm) => {
    const message = await openAs(written(option), [pki.key('alice')], [pki.ca])
    expect(message.encryption).toMatchObject({ kind: 'decrypted', contentAlgorithm, weak: true })
    expect(message.body).toEqual([{ kind: 'text', text: 'From the old days.\n'.repeat(9000) }])
    expect(explainEncryption(message.encryption).plain).toContain('no longer safe')
  })

  it.each(['des3', 'rc2-40'])('shows nothing under another key: %s', async (option) => {
    const reader = readerOf([pki.key('alice')], [pki.ca])
    const unwrap: typeof reader.unwrap = async (request) =>
      (await reader.unwrap(request)).map((byte) => byte ^ 0xaa)
    const message = await open(written(option), { ...reader, unwrap })
    expect(message.encryption.kind).toBe('damaged')
    expect(message.body).toEqual([])
  })

  it('asks the token for keys as long as the parameters say', async () => {
    const asked: string[] = []
    const reader = readerOf([pki.key('alice')], [pki.ca])
    const unwrap: typeof reader.unwrap = (request) => {
      asked.push(request.contentAlgorithm)
      return reader.unwrap(request)
    }
    for (const option of ['rc2-128', 'rc2-64', 'rc2-40']) {
      await open(written(option), { ...reader, unwrap })
    }
    expect(asked).toEqual(['rc2-cbc', 'rc2-64-cbc', 'rc2-40-cbc'])
  })
})

describe('the padding of an old cipher', () => {
  const key = new Uint8Array(randomBytes(24))
  const iv = new Uint8Array(8)
  const encrypt = (padded: Uint8Array): Bytes => {
    const cipher = createCipheriv('des-ede3-cbc', key, iv).setAutoPadding(false)
    return new Uint8Array(Buffer.concat([cipher.update(padded), cipher.final()]))
  }

  it('is taken off where it holds, at every length', () => {
    expect(getCiphers()).toContain('des-ede3-cbc')
    for (let count = 1; count <= 8; count++) {
      const padded = new Uint8Array(16).fill(count, 16 - count)
      const plaintext = decryptLegacy('des-ede3-cbc', key, iv, encrypt(padded))
      expect(sameBytes(plaintext, new Uint8Array(16 - count))).toBe(true)
    }
  })

  it.each([
    ['of no octets', [7, 7, 7, 7, 7, 7, 7, 0]],
    ['longer than a block', [9, 9, 9, 9, 9, 9, 9, 9]],
    ['of unlike octets', [1, 1, 1, 1, 1, 3, 2, 3]],
  ])('is refused: %s', (_name, block) => {
    expect(() =>
      decryptLegacy('des-ede3-cbc', key, iv, encrypt(Uint8Array.from([...block, ...block]))),
    ).toThrow(expect.objectContaining({ code: 'content/damaged' }))
  })

  it.each([0, 7, 9])('is refused over %i octets, which are no blocks', (length) => {
    expect(() => decryptLegacy('des-ede3-cbc', key, iv, new Uint8Array(length))).toThrow(
      expect.objectContaining({ code: 'content/damaged' }),
    )
  })
})
