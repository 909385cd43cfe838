import { constants, randomBytes, verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Hsm } from '#api/hsm/port.ts'
import { hex, utf8 } from '#shared/bytes.ts'
import type { DigestAlgorithm, KeyAlgorithm } from '#shared/contract/keys.ts'
import { oaepEntry } from '#test/support/recipient-entries.ts'
import { createSoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { makeKey, startTestHsm, unwrapFor } from '#test/support/test-hsm.ts'

let token: SoftToken
let hsm: Hsm

beforeAll(async () => {
  token = await createSoftToken()
  hsm = await startTestHsm(token)
})

afterAll(async () => {
  await hsm.close()
  await token.remove()
})

const DIGESTS: readonly DigestAlgorithm[] = ['sha-256', 'sha-384', 'sha-512']
const message = new Uint8Array(randomBytes(3000))

describe('a signature holds for node:crypto', () => {
  test.each<KeyAlgorithm>(['rsa-2048', 'rsa-3072'])(
    'by RSA PKCS#1 v1.5 of %s',
    async (algorithm) => {
      const { key, publicKey } = await makeKey(hsm, 'sign', algorithm)
      for (const digest of DIGESTS) {
        const signature = await hsm.sign({ key, scheme: 'rsa-pkcs1', digest, message })
        const how = { key: publicKey, padding: constants.RSA_PKCS1_PADDING }
        expect(verify(digest.replace('-', ''), message, how, signature)).toBe(true)
        expect(verify(digest.replace('-', ''), utf8('another'), how, signature)).toBe(false)
      }
    },
  )

  test.each<KeyAlgorithm>(['ec-p256', 'ec-p384', 'ec-p521'])(
    'by ECDSA of %s, in strict DER',
    async (algorithm) => {
      const { key, publicKey } = await makeKey(hsm, 'sign', algorithm)
      for (const digest of DIGESTS) {
        // Often enough that r and s begin with zeros and with ones: both need care in DER.
        for (let round = 0; round < 40; round++) {
          const signature = await hsm.sign({ key, scheme: 'ecdsa', digest, message })
          const how = { key: publicKey, dsaEncoding: 'der' } as const
          expect(verify(digest.replace('-', ''), message, how, signature)).toBe(true)
        }
      }
    },
  )

  test('by RSA-PSS, with a salt as long as the digest', async () => {
    const { key, publicKey } = await makeKey(hsm, 'sign', 'rsa-2048')
    for (const digest of DIGESTS) {
      const signature = await hsm.sign({ key, scheme: 'rsa-pss', digest, message })
      const how = {
        key: publicKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }
      expect(verify(digest.replace('-', ''), message, how, signature)).toBe(true)
      expect(verify(digest.replace('-', ''), utf8('another'), how, signature)).toBe(false)
    }
  })

  test('by Ed25519, over the message itself', async () => {
    const { key, publicKey } = await makeKey(hsm, 'sign', 'ed25519')
    for (const each of [message, Uint8Array.of(0), new Uint8Array(16 * 1024)]) {
      const how = { key, scheme: 'ed25519', digest: 'sha-512' } as const
      const signature = await hsm.sign({ ...how, message: each })
      expect(signature).toHaveLength(64)
      expect(verify(null, each, publicKey, signature)).toBe(true)
      expect(verify(null, utf8('another'), publicKey, signature)).toBe(false)
    }
  })

  test('a hundred at once, each over its own message', async () => {
    const { key, publicKey } = await makeKey(hsm, 'sign', 'rsa-2048')
    const messages = Array.from({ length: 100 }, () => new Uint8Array(randomBytes(100)))
    const signatures = await Promise.all(
      messages.map((each) =>
        hsm.sign({ key, scheme: 'rsa-pkcs1', digest: 'sha-256', message: each }),
      ),
    )
    for (const [at, signature] of signatures.entries()) {
      expect(verify('sha256', messages[at]!, publicKey, signature)).toBe(true)
    }
  })
})

test('a key does not sign what it was not made for', async () => {
  const rsa = await makeKey(hsm, 'sign', 'rsa-2048')
  const ec = await makeKey(hsm, 'sign', 'ec-p256')
  const edwards = await makeKey(hsm, 'sign', 'ed25519')
  const decrypting = await makeKey(hsm, 'encrypt', 'rsa-2048')
  const refused = [
    [{ key: rsa.key, scheme: 'ecdsa' }, 'request/malformed'],
    [{ key: ec.key, scheme: 'rsa-pkcs1' }, 'request/malformed'],
    [{ key: ec.key, scheme: 'rsa-pss' }, 'request/malformed'],
    [{ key: ec.key, scheme: 'ed25519' }, 'request/malformed'],
    [{ key: edwards.key, scheme: 'ecdsa' }, 'request/malformed'],
    [{ key: decrypting.key, scheme: 'rsa-pkcs1' }, 'key/wrong-purpose'],
    [{ key: { ...decrypting.key, purpose: 'sign' }, scheme: 'rsa-pkcs1' }, 'token/broken'],
  ] as const
  for (const [how, code] of refused) {
    await expect(hsm.sign({ ...how, digest: 'sha-256', message })).rejects.toMatchObject({ code })
  }
})

describe('a secret at rest', () => {
  const secret = new Uint8Array(randomBytes(20))
  const context = utf8('totp\nalice')

  test('comes back, each time from other bytes', async () => {
    const [first, second] = [await hsm.protect(secret, context), await hsm.protect(secret, context)]
    expect(first).not.toEqual(second)
    for (const sealed of [first, second]) {
      expect(await hsm.reveal(sealed, context)).toEqual(secret)
      expect(hex(sealed).includes(hex(secret))).toBe(false)
    }
    expect(await hsm.reveal(await hsm.protect(secret, utf8('')), utf8(''))).toEqual(secret)
  })

  test('stays hidden in another context, and when any bit was changed', async () => {
    const sealed = await hsm.protect(secret, context)
    await expect(hsm.reveal(sealed, utf8('totp\nbob'))).rejects.toMatchObject({
      code: 'token/broken',
    })
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.with(at, sealed[at]! ^ 1)
      await expect(hsm.reveal(changed, context)).rejects.toMatchObject({ code: 'token/broken' })
    }
    for (const length of [0, 1, 13, 28]) {
      const cut = hsm.reveal(sealed.slice(0, length), context)
      await expect(cut).rejects.toMatchObject({ code: 'token/broken' })
    }
  })

  test('that fails to open disturbs no other work of the worker', async () => {
    const { pid, restarts } = hsm.status()
    const { key, publicKey } = await makeKey(hsm, 'encrypt', 'rsa-2048')
    const contentKey = new Uint8Array(randomBytes(32))
    const sealed = await hsm.protect(secret, context)
    const failures = Array.from({ length: 20 }, () =>
      expect(hsm.reveal(sealed, utf8('other'))).rejects.toMatchObject({ code: 'token/broken' }),
    )
    const entry = oaepEntry(publicKey, contentKey, 'sha-1')
    const unwraps = Array.from({ length: 20 }, () => unwrapFor(hsm, key, entry, 32))
    await Promise.all(failures)
    for (const answer of await Promise.all(unwraps)) expect(answer).toEqual(contentKey)
    expect(hsm.status()).toMatchObject({ pid, restarts })
  })
})

test('a keyed hash is the same for the same data, and 32 bytes', async () => {
  const hash = await hsm.keyedHash(utf8('subject'))
  expect(hash).toHaveLength(32)
  expect(await hsm.keyedHash(utf8('subject'))).toEqual(hash)
  expect(await hsm.keyedHash(utf8('subjekt'))).not.toEqual(hash)
})
