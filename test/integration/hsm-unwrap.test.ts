import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Hsm } from '#api/hsm/port.ts'
import type { KeyAlgorithm, Recipient } from '#shared/contract/keys.ts'
import { createSessionKey } from '#shared/hpke.ts'
import { utf8 } from '#shared/bytes.ts'
import { x25519Spki } from '#shared/x509/public-key.ts'
import { agreementEntry, oaepEntry, pkcs1Entry, rawBlock } from '#test/support/recipient-entries.ts'
import { createSoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { makeKey, newKey, startTestHsm, unwrapFor } from '#test/support/test-hsm.ts'

let token: SoftToken
let hsm: Hsm
type Made = Awaited<ReturnType<typeof makeKey>>
let rsa: Made
let p256: Made
let p384: Made
let p521: Made
let x25519: Made

beforeAll(async () => {
  token = await createSoftToken()
  hsm = await startTestHsm(token)
  rsa = await makeKey(hsm, 'encrypt', 'rsa-2048')
  p256 = await makeKey(hsm, 'encrypt', 'ec-p256')
  p384 = await makeKey(hsm, 'encrypt', 'ec-p384')
  p521 = await makeKey(hsm, 'encrypt', 'ec-p521')
  x25519 = await makeKey(hsm, 'encrypt', 'x25519')
})

afterAll(async () => {
  await hsm.close()
  await token.remove()
})

const LENGTHS = [5, 8, 16, 24, 32] as const // RC2 and AES

describe('a content key that node:crypto encrypted comes out', () => {
  test.each(LENGTHS)('of RSA PKCS#1 v1.5, %i bytes', async (length) => {
    const contentKey = new Uint8Array(randomBytes(length))
    const entry = pkcs1Entry(rsa.publicKey, contentKey)
    expect(await unwrapFor(hsm, rsa.key, entry, length)).toEqual(contentKey)
  })

  const hashes = ['sha-1', 'sha-256', 'sha-384', 'sha-512'] as const
  test.each(hashes)('of RSA-OAEP with %s', async (hash) => {
    for (const length of LENGTHS) {
      const contentKey = new Uint8Array(randomBytes(length))
      const entry = oaepEntry(rsa.publicKey, contentKey, hash)
      expect(await unwrapFor(hsm, rsa.key, entry, length)).toEqual(contentKey)
    }
  })

  test.each<KeyAlgorithm>(['rsa-3072', 'rsa-4096'])(
    'of a key of %s',
    async (algorithm) => {
      const { key, publicKey } = await makeKey(hsm, 'encrypt', algorithm)
      const contentKey = new Uint8Array(randomBytes(32))
      expect(await unwrapFor(hsm, key, pkcs1Entry(publicKey, contentKey), 32)).toEqual(contentKey)
      const oaep = oaepEntry(publicKey, contentKey, 'sha-256')
      expect(await unwrapFor(hsm, key, oaep, 32)).toEqual(contentKey)
    },
    60_000,
  )

  const schemes = [
    'dh-std-sha1',
    'dh-std-sha224',
    'dh-std-sha256',
    'dh-std-sha384',
    'dh-std-sha512',
  ] as const
  const wraps = ['aes-128', 'aes-192', 'aes-256'] as const
  const ways = schemes.flatMap((scheme) => wraps.map((wrap) => ({ scheme, wrap })))
  test.each(ways)('of ECDH with $scheme and $wrap, on every curve', async (how) => {
    for (const { key, publicKey } of [p256, p384, p521, x25519]) {
      for (const ukm of [undefined, new Uint8Array(), new Uint8Array(randomBytes(64))]) {
        const contentKey = new Uint8Array(randomBytes(32))
        const withUkm = ukm === undefined ? how : { ...how, ukm }
        const entry = agreementEntry(publicKey, contentKey, withUkm)
        expect(await unwrapFor(hsm, key, entry, 32)).toEqual(contentKey)
      }
    }
  })

  const hkdf = ['dh-std-hkdf-sha256', 'dh-std-hkdf-sha384', 'dh-std-hkdf-sha512'] as const
  test.each(hkdf.flatMap((scheme) => wraps.map((wrap) => ({ scheme, wrap }))))(
    'of X25519 with $scheme and $wrap',
    async (how) => {
      for (const ukm of [undefined, new Uint8Array(randomBytes(64))]) {
        const contentKey = new Uint8Array(randomBytes(32))
        const withUkm = ukm === undefined ? how : { ...how, ukm }
        const entry = agreementEntry(x25519.publicKey, contentKey, withUkm)
        expect(await unwrapFor(hsm, x25519.key, entry, 32)).toEqual(contentKey)
      }
    },
  )

  test('of a hundred entries at once', async () => {
    const contentKeys = Array.from({ length: 100 }, () => new Uint8Array(randomBytes(32)))
    const how = { scheme: 'dh-std-sha256', wrap: 'aes-256' } as const
    const answers = contentKeys.map((contentKey, at) =>
      at % 2 === 0
        ? unwrapFor(hsm, rsa.key, pkcs1Entry(rsa.publicKey, contentKey), 32)
        : unwrapFor(hsm, p256.key, agreementEntry(p256.publicKey, contentKey, how), 32),
    )
    expect(await Promise.all(answers)).toEqual(contentKeys)
  })
})

describe('public facts are refused openly', () => {
  const malformed = (key: Made, recipient: Recipient) =>
    expect(unwrapFor(hsm, key.key, recipient, 32)).rejects.toMatchObject({
      code: 'request/malformed',
    })
  const transported = (encryptedKey: Uint8Array<ArrayBuffer>): Recipient => ({
    kind: 'ktri',
    algorithm: 'rsa-pkcs1',
    encryptedKey,
  })

  test('a block that is not as long as the modulus', async () => {
    for (const length of [1, 255, 257, 512])
      await malformed(rsa, transported(new Uint8Array(length)))
  })

  test('a value that is not below the modulus', async () => {
    const { n = '' } = rsa.publicKey.export({ format: 'jwk' })
    const modulus = new Uint8Array(Buffer.from(n, 'base64url'))
    await malformed(rsa, transported(modulus))
    await malformed(rsa, transported(new Uint8Array(256).fill(255)))
    const below = modulus.with(255, modulus[255]! - 1)
    expect(await unwrapFor(hsm, rsa.key, transported(below), 32)).toHaveLength(32)
  })

  test('a point off the curve, or on another', async () => {
    const how = { scheme: 'dh-std-sha256', wrap: 'aes-256' } as const
    const entry = agreementEntry(p256.publicKey, randomBytes(32), how)
    const { originator } = entry
    await malformed(p256, { ...entry, originator: originator.with(90, originator[90]! ^ 1) })
    await malformed(p384, entry)
    await malformed(p256, agreementEntry(p384.publicKey, randomBytes(32), how))
  })

  test('an X25519 point of low order, which the worker survives', async () => {
    const { pid, restarts } = hsm.status()
    const how = { scheme: 'dh-std-hkdf-sha256', wrap: 'aes-256' } as const
    const entry = agreementEntry(x25519.publicKey, randomBytes(32), how)
    const zero = new Uint8Array(32)
    for (const point of [zero, zero.with(0, 1), zero.with(31, 128)]) {
      await malformed(x25519, { ...entry, originator: x25519Spki(point) })
    }
    await malformed(x25519, agreementEntry(p256.publicKey, randomBytes(32), how))
    expect(hsm.status()).toMatchObject({ pid, restarts })
  })

  test('a length that no wrapped key has', async () => {
    const how = { scheme: 'dh-std-sha256', wrap: 'aes-256' } as const
    const entry = agreementEntry(p256.publicKey, randomBytes(32), how)
    for (const length of [0, 16, 25, 39, 48]) {
      await malformed(p256, { ...entry, encryptedKey: new Uint8Array(length) })
    }
  })

  test('an entry for a key of another kind', async () => {
    await malformed(p256, pkcs1Entry(rsa.publicKey, randomBytes(32)))
    const how = { scheme: 'dh-std-sha256', wrap: 'aes-256' } as const
    await malformed(rsa, agreementEntry(p256.publicKey, randomBytes(32), how))
  })

  test('the key derivation of another kind of curve', async () => {
    const how = { scheme: 'dh-std-sha256', wrap: 'aes-256' } as const
    const entry = agreementEntry(p256.publicKey, randomBytes(32), how)
    for (const scheme of ['dh-std-hkdf-sha256', 'dh-std-hkdf-sha512'] as const) {
      const refused = unwrapFor(hsm, p256.key, { ...entry, scheme }, 32)
      await expect(refused).rejects.toMatchObject({ code: 'hsm/unsupported' })
    }
  })

  test('a session key that is no point of P-256', async () => {
    const { publicKey } = await createSessionKey()
    const recipient = pkcs1Entry(rsa.publicKey, randomBytes(32))
    const sealTo = publicKey.with(64, publicKey[64]! ^ 1)
    const request = {
      key: rsa.key,
      recipient,
      contentKeyBytes: 32,
      sealTo,
      context: utf8(''),
    } as const
    await expect(hsm.unwrap(request)).rejects.toMatchObject({ code: 'request/malformed' })
  })
})

describe('a key serves what it was made for', () => {
  const entry = () => pkcs1Entry(rsa.publicKey, randomBytes(32))

  test('a signing key unwraps nothing', async () => {
    const signing = await makeKey(hsm, 'sign', 'rsa-2048')
    const raw = rawBlock(signing.publicKey, Buffer.alloc(256, 1))
    const recipient = { kind: 'ktri', algorithm: 'rsa-pkcs1', encryptedKey: raw } as const
    const refusals: [typeof signing.key, string][] = [
      [signing.key, 'key/wrong-purpose'],
      [{ ...signing.key, purpose: 'encrypt' }, 'token/broken'],
    ]
    for (const [key, code] of refusals) {
      await expect(unwrapFor(hsm, key, recipient, 32)).rejects.toMatchObject({ code })
    }
  })

  test('a key that the token does not have is none of another id, purpose or algorithm', async () => {
    for (const key of [
      newKey('encrypt', 'rsa-2048'),
      { ...rsa.key, algorithm: 'rsa-3072' } as const,
    ]) {
      await expect(unwrapFor(hsm, key, entry(), 32)).rejects.toMatchObject({ code: 'token/broken' })
    }
  })
})
