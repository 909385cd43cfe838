import { expect, test } from 'vitest'
import { type OpenedToken, perform } from './operations.ts'
import type { TokenKey } from './port.ts'

const ABLE = {
  rsaRaw: true,
  rsaPkcs1: true,
  rsaPss: true,
  ecdh: true,
  ecdsa: true,
  p521: true,
  ed25519: true,
  x25519: true,
  aesGcm: true,
  hmacSha256: true,
}
const RSA_KEY: TokenKey = { id: 'A'.repeat(22), purpose: 'encrypt', algorithm: 'rsa-2048' }

/** Asks for an unwrap, and says which error came of it. */
async function unwrapping(key: TokenKey, rsaRaw: boolean): Promise<unknown> {
  const ring = {
    get() {
      throw new TypeError('the token was asked')
    },
  }
  const opened = { ring, system: {}, token: {}, capabilities: { ...ABLE, rsaRaw } }
  const call = { name: 'unwrap', ask: { key } }
  return perform(opened as unknown as OpenedToken, call as never).catch((error: unknown) => error)
}

test('a token that was not seen to do raw RSA is not asked to', async () => {
  expect(await unwrapping(RSA_KEY, false)).toMatchObject({ code: 'hsm/unsupported' })
  expect(await unwrapping(RSA_KEY, true)).toBeInstanceOf(TypeError)
  expect(await unwrapping({ ...RSA_KEY, algorithm: 'ec-p256' }, false)).toBeInstanceOf(TypeError)
})
