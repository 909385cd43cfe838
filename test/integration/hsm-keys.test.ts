import { verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Hsm } from '#api/hsm/port.ts'
import { hex, utf8 } from '#shared/bytes.ts'
import { parseBase64url } from '#shared/base64.ts'
import type { KeyAlgorithm, KeyPurpose } from '#shared/contract/keys.ts'
import { hasPkcs11Tool, listObjects, pkcs11Tool } from '#test/support/pkcs11-tool.ts'
import { createSoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { keepLog, makeKey, newKey, startTestHsm, toPublicKey } from '#test/support/test-hsm.ts'

const hasTool = await hasPkcs11Tool()

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

describe('a generated key', () => {
  const kinds: readonly (readonly [KeyAlgorithm, string, object])[] = [
    ['rsa-2048', 'rsa', { modulusLength: 2048, publicExponent: 65537n }],
    ['rsa-3072', 'rsa', { modulusLength: 3072, publicExponent: 65537n }],
    ['ec-p256', 'ec', { namedCurve: 'prime256v1' }],
    ['ec-p384', 'ec', { namedCurve: 'secp384r1' }],
    ['ec-p521', 'ec', { namedCurve: 'secp521r1' }],
    ['ed25519', 'ed25519', {}],
  ]
  test.each(kinds)(
    'of %s has the public half that was asked for',
    async (algorithm, type, details) => {
      const { publicKey } = await makeKey(hsm, 'sign', algorithm)
      expect(publicKey.asymmetricKeyType).toBe(type)
      expect(publicKey.asymmetricKeyDetails).toEqual(details)
    },
  )

  test('is made once: asked again, the same pair is there', async () => {
    for (const algorithm of ['rsa-2048', 'ec-p521', 'x25519'] as const) {
      const key = newKey('encrypt', algorithm)
      const { spki } = await hsm.generateKey({ key })
      expect((await hsm.generateKey({ key })).spki).toEqual(spki)
    }
  })

  test('is not given under another purpose or algorithm', async () => {
    const { key } = await makeKey(hsm, 'sign', 'ec-p256')
    for (const other of [
      { ...key, purpose: 'encrypt' },
      { ...key, algorithm: 'ec-p384' },
    ] as const) {
      await expect(hsm.generateKey({ key: other })).rejects.toMatchObject({ code: 'token/broken' })
    }
  })

  test('of Curve25519 has the purpose of its kind, and no other', async () => {
    expect((await makeKey(hsm, 'encrypt', 'x25519')).publicKey.asymmetricKeyType).toBe('x25519')
    for (const [purpose, algorithm] of [
      ['encrypt', 'ed25519'],
      ['sign', 'x25519'],
    ] as const) {
      const made = makeKey(hsm, purpose, algorithm)
      await expect(made).rejects.toMatchObject({ code: 'hsm/unsupported' })
    }
  })

  test('takes the place of a public half that a crash left alone', async () => {
    const key = newKey('sign', 'ec-p256')
    const id = hex(parseBase64url(key.id))
    const { spki: first } = await hsm.generateKey({ key })
    const other = await startTestHsm(token)
    await pkcs11Tool(token, '--delete-object', '--type', 'privkey', '--id', id)
    const { spki: second } = await other.generateKey({ key })
    expect(second).not.toEqual(first)
    const listed = (await listObjects(token)).filter((object) => object.id === id)
    expect(listed.map(({ kind }) => kind).toSorted()).toEqual(['Private Key', 'Public Key'])
    const request = { key, scheme: 'ecdsa', digest: 'sha-256', message: utf8('m') } as const
    expect(verify('sha256', request.message, toPublicKey(second), await other.sign(request))).toBe(
      true,
    )
    await other.close()
  })
})

describe.runIf(hasTool)('seen by pkcs11-tool', () => {
  const uses: readonly (readonly [KeyPurpose, KeyAlgorithm, string, string[]])[] = [
    ['sign', 'rsa-2048', 'sign', ['RSA-PKCS', 'RSA-PKCS-PSS']],
    ['sign', 'ec-p256', 'sign', ['ECDSA']],
    ['sign', 'ec-p384', 'sign', ['ECDSA']],
    ['encrypt', 'rsa-2048', 'decrypt', ['RSA-X-509']],
    ['encrypt', 'ec-p256', 'derive', ['ECDH1-DERIVE']],
    ['encrypt', 'ec-p384', 'derive', ['ECDH1-DERIVE']],
    ['encrypt', 'x25519', 'derive', ['ECDH1-DERIVE']],
    ['sign', 'ed25519', 'sign', ['EDDSA']],
  ]
  test.each(uses)(
    'a key to %s of %s may only %s',
    async (purpose, algorithm, usage, mechanisms) => {
      const { key } = await makeKey(hsm, purpose, algorithm)
      const id = hex(parseBase64url(key.id))
      const pair = (await listObjects(token)).filter((object) => object.id === id)
      expect(pair).toContainEqual({
        kind: 'Private Key',
        label: `postern/${purpose}/${algorithm}`,
        id,
        usage: [usage],
        access: ['sensitive', 'always sensitive', 'never extractable', 'local'],
        mechanisms,
      })
      const publicHalf = pair.find(({ kind }) => kind === 'Public Key')
      expect(publicHalf).toMatchObject({ usage: [], access: ['local'] })
    },
  )

  test('no private or secret key of the token is extractable, whatever it is for', async () => {
    const hidden = (await listObjects(token)).filter(({ kind }) => kind !== 'Public Key')
    expect(hidden.length).toBeGreaterThan(10)
    for (const { access } of hidden) {
      expect(access).toEqual(['sensitive', 'always sensitive', 'never extractable', 'local'])
    }
  })

  test('a key cannot be changed', async () => {
    const { key } = await makeKey(hsm, 'sign', 'ec-p256')
    const id = hex(parseBase64url(key.id))
    const change = pkcs11Tool(token, '--type', 'privkey', '--id', id, '--set-id', 'aa')
    await expect(change).rejects.toThrow('Command failed')
    const ids = (await listObjects(token)).map((object) => object.id)
    expect(ids.filter((each) => each === id)).toHaveLength(2)
    expect(ids).not.toContain('aa')
  })
})

describe.runIf(hasTool)('a key of our name that was made with other attributes', () => {
  test('is named at the start, and serves nothing', async () => {
    const key = newKey('sign', 'ec-p256')
    const id = hex(parseBase64url(key.id))
    const how = ['--key-type', 'EC:prime256v1', '--usage-sign', '--extractable']
    await pkcs11Tool(token, '--keypairgen', ...how, '--label', 'postern/sign/ec-p256', '--id', id)
    const log = keepLog()
    const other = await startTestHsm(token, { log })
    const named = log.events.find(({ event }) => event === 'hsm.key-changed')
    expect(named?.fields['key']).toBe(key.id)
    expect(other.status().changedKeys).toEqual([key.id])
    const extractable = '0x162'
    expect(named?.fields['attributes']).toContain(extractable)
    const request = { key, scheme: 'ecdsa', digest: 'sha-256', message: utf8('m') } as const
    await expect(other.sign(request)).rejects.toMatchObject({ code: 'token/broken' })
    await expect(other.generateKey({ key })).rejects.toMatchObject({ code: 'token/broken' })
    await other.close()
  })
})

describe.runIf(hasTool)('a key that somebody deletes from the token', () => {
  test('is missed by its next use, which takes a fresh worker to find out, and nobody else', async () => {
    const [gone, other] = [
      await makeKey(hsm, 'sign', 'ec-p256'),
      await makeKey(hsm, 'sign', 'ec-p256'),
    ]
    const how = { scheme: 'ecdsa', digest: 'sha-256', message: utf8('m') } as const
    await hsm.sign({ key: gone.key, ...how })
    const id = hex(parseBase64url(gone.key.id))
    await pkcs11Tool(token, '--delete-object', '--type', 'privkey', '--id', id)
    const refused = hsm.sign({ key: gone.key, ...how })
    await expect(refused).rejects.toMatchObject({ code: 'token/broken' })
    const signature = await hsm.sign({ key: other.key, ...how })
    expect(verify('sha256', how.message, other.publicKey, signature)).toBe(true)
  })
})
