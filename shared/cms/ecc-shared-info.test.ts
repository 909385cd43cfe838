import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hex, utf8 } from '#shared/bytes.ts'
import { eccCmsSharedInfo, x963Kdf } from './ecc-shared-info.ts'
import { fromHex } from '#test/support/hostile.ts'

function hash(algorithm: string): (data: Uint8Array) => Uint8Array<ArrayBuffer> {
  return (data) => Uint8Array.from(createHash(algorithm).update(data).digest())
}

describe('ECC-CMS-SharedInfo', () => {
  it('names the wrap without parameters, and the length of its key in bits', () => {
    expect(hex(eccCmsSharedInfo('aes-128', null))).toBe(
      '3015300b0609608648016503040105a206040400000080',
    )
    expect(hex(eccCmsSharedInfo('aes-256', null))).toContain('a206040400000100')
  })

  it('carries the user keying material where there is any, empty too', () => {
    expect(hex(eccCmsSharedInfo('aes-128', Uint8Array.of(7)))).toContain('a003040107')
    expect(hex(eccCmsSharedInfo('aes-128', new Uint8Array()))).toContain('a0020400')
  })
})

describe('the key derivation of X9.63', () => {
  // NIST CAVP, ANSI X9.63-2001: one vector for each digest, of one block and of several.
  it.each([
    {
      algorithm: 'sha256',
      secret: '96c05619d56c328ab95fe84b18264b08725b85e33fd34f08',
      sharedInfo: '',
      derived: '443024c3dae66b95e6f5670601558f71',
    },
    {
      algorithm: 'sha256',
      secret: '22518b10e70f2a3f243810ae3254139efbee04aa57c7af7d',
      sharedInfo: '75eef81aa3041e33b80971203d2c0c52',
      derived:
        'c498af77161cc59f2962b9a713e2b215152d139766ce34a776df11866a69bf2e' +
        '52a13d9c7c6fc878c50c5ea0bc7b00e0da2447cfd874f6cf92f30d0097111485' +
        '500c90c3af8b487872d04685d14c8d1dc8d7fa08beb0ce0ababc11f0bd496269' +
        '142d43525a78e5bc79a17f59676a5706dc54d54d4d1f0bd7e386128ec26afc21',
    },
  ])(
    'with $algorithm gives what NIST wants',
    async ({ algorithm, secret, sharedInfo, derived }) => {
      const of = { hash: hash(algorithm), secret: fromHex(secret), sharedInfo: fromHex(sharedInfo) }
      expect(hex(await x963Kdf({ ...of, length: derived.length / 2 }))).toBe(derived)
    },
  )

  it('overwrites what it hashed and what the hash gave', async () => {
    const seen: Uint8Array[] = []
    const sha256 = hash('sha256')
    const spy = (data: Uint8Array): Uint8Array<ArrayBuffer> => {
      const block = sha256(data)
      seen.push(data, block)
      return block
    }
    await x963Kdf({ hash: spy, secret: utf8('secret'), sharedInfo: utf8('info'), length: 40 })
    expect(seen).toHaveLength(4)
    expect(seen.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true)
  })
})
