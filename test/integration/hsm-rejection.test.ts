import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Hsm, TokenKey } from '#api/hsm/port.ts'
import { utf8 } from '#shared/bytes.ts'
import { hex } from '#shared/bytes.ts'
import type { Recipient } from '#shared/contract/keys.ts'
import { createSessionKey } from '#shared/hpke.ts'
import { agreementEntry, oaepEntry, pkcs1Entry, rawBlock } from '#test/support/recipient-entries.ts'
import { createSoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { makeKey, startTestHsm, unwrapFor } from '#test/support/test-hsm.ts'

// The invariant of protocol.md: a well-formed entry that does not unwrap gets a key like any other.

let token: SoftToken
let hsm: Hsm
type Made = Awaited<ReturnType<typeof makeKey>>
let rsa: Made
let ec: Made

beforeAll(async () => {
  token = await createSoftToken()
  hsm = await startTestHsm(token)
  rsa = await makeKey(hsm, 'encrypt', 'rsa-2048')
  ec = await makeKey(hsm, 'encrypt', 'ec-p256')
})

afterAll(async () => {
  await hsm.close()
  await token.remove()
})

const AGREEMENT = { scheme: 'dh-std-sha256', wrap: 'aes-256' } as const
const OAEP = {
  kind: 'ktri',
  algorithm: 'rsa-oaep',
  oaep: { hash: 'sha-1', mgfHash: 'sha-1' },
} as const
const PKCS1 = { kind: 'ktri', algorithm: 'rsa-pkcs1' } as const

function padded(...head: readonly number[]): Uint8Array {
  const block = new Uint8Array(256).fill(0x5a)
  block.set(head)
  return block
}

/** One entry of each class that must not be told apart, for a content key of 32 bytes. */
function badEntries(): Record<string, { key: TokenKey; recipient: Recipient }> {
  const raw = (block: Uint8Array) => rawBlock(rsa.publicKey, block)
  const wrapped = agreementEntry(ec.publicKey, randomBytes(32), AGREEMENT)
  const { encryptedKey } = wrapped
  const transported: Record<string, Recipient> = {
    'no block type': { ...PKCS1, encryptedKey: raw(padded(0, 1)) },
    'no separator': { ...PKCS1, encryptedKey: raw(padded(0, 2)) },
    'short padding': { ...PKCS1, encryptedKey: raw(padded(0, 2, 1, 1, 1, 0)) },
    'a zero block': { ...PKCS1, encryptedKey: new Uint8Array(256) },
    'a key of 16 bytes': pkcs1Entry(rsa.publicKey, randomBytes(16)),
    'a key of 5 bytes': pkcs1Entry(rsa.publicKey, randomBytes(5)),
    'OAEP noise': { ...OAEP, encryptedKey: raw(padded(0)) },
    'OAEP with a first byte': { ...OAEP, encryptedKey: raw(padded(1)) },
    'OAEP of 16 bytes': oaepEntry(rsa.publicKey, randomBytes(16), 'sha-1'),
    'v1.5 read as OAEP': {
      ...OAEP,
      encryptedKey: pkcs1Entry(rsa.publicKey, randomBytes(32)).encryptedKey,
    },
  }
  const agreed: Record<string, Recipient> = {
    'a wrapped key changed': {
      ...wrapped,
      encryptedKey: encryptedKey.with(0, encryptedKey[0]! ^ 1),
    },
    'another wrap': { ...wrapped, wrap: 'aes-128' },
    'another scheme': { ...wrapped, scheme: 'dh-std-sha384' },
    'another ukm': { ...wrapped, ukm: new Uint8Array(8) },
    'a wrapped key of 16 bytes': agreementEntry(ec.publicKey, randomBytes(16), AGREEMENT),
  }
  return Object.fromEntries([
    ...Object.entries(transported).map(([what, recipient]) => [what, { key: rsa.key, recipient }]),
    ...Object.entries(agreed).map(([what, recipient]) => [what, { key: ec.key, recipient }]),
  ]) as ReturnType<typeof badEntries>
}

describe('a bad entry', () => {
  test('gets a key of the right length, its own, and the same each time', async () => {
    const seen = new Set<string>()
    const entries = Object.entries(badEntries())
    for (const [what, { key, recipient }] of entries) {
      const answers = [
        await unwrapFor(hsm, key, recipient, 32),
        await unwrapFor(hsm, key, recipient, 32),
      ]
      expect(answers[0], what).toHaveLength(32)
      expect(answers[1], what).toEqual(answers[0])
      seen.add(hex(answers[0]!))
    }
    expect(seen.size).toBe(entries.length)
  })

  test('gets keys of each length that have nothing in common', async () => {
    const recipient = badEntries()['no separator']!.recipient
    const [short, middle, long] = [
      await unwrapFor(hsm, rsa.key, recipient, 16),
      await unwrapFor(hsm, rsa.key, recipient, 24),
      await unwrapFor(hsm, rsa.key, recipient, 32),
    ]
    expect([short.length, middle.length, long.length]).toEqual([16, 24, 32])
    expect(middle.subarray(0, 16)).not.toEqual(short)
    expect(long.subarray(0, 24)).not.toEqual(middle)
  })

  test('is answered in the same form as a good one', async () => {
    const { publicKey: sealTo } = await createSessionKey()
    const context = utf8('context')
    const good = [
      { key: rsa.key, recipient: pkcs1Entry(rsa.publicKey, randomBytes(32)) },
      { key: rsa.key, recipient: oaepEntry(rsa.publicKey, randomBytes(32), 'sha-1') },
      { key: ec.key, recipient: agreementEntry(ec.publicKey, randomBytes(32), AGREEMENT) },
    ]
    for (const { key, recipient } of [...good, ...Object.values(badEntries())]) {
      const answer = await hsm.unwrap({ key, recipient, contentKeyBytes: 32, sealTo, context })
      expect(Object.keys(answer).toSorted()).toEqual(['enc', 'sealed'])
      expect([answer.enc.length, answer.sealed.length]).toEqual([65, 48])
    }
  })

  test('gets one and the same key a hundred times, over two services and restarts of the worker', async () => {
    const other = await startTestHsm(token)
    const entries = Object.values(badEntries())
    const answers = entries.map(() => new Set<string>())
    for (let round = 0; round < 100; round++) {
      if (round === 33 || round === 66) process.kill(hsm.status().pid!, 'SIGKILL')
      const service = round % 2 === 0 ? hsm : other
      const each = entries.map(({ key, recipient }) => unwrapFor(service, key, recipient, 32))
      for (const [at, answer] of (await Promise.all(each)).entries()) answers[at]!.add(hex(answer))
    }
    await other.close()
    expect(hsm.status().restarts).toBe(2)
    expect(answers.map(({ size }) => size)).toEqual(entries.map(() => 1))
  }, 60_000)

  test('gets another key from another token', async () => {
    const otherToken = await createSoftToken()
    const other = await startTestHsm(otherToken)
    await other.generateKey({ key: rsa.key })
    const recipient = { ...PKCS1, encryptedKey: new Uint8Array(256) }
    const [here, there] = [
      await unwrapFor(hsm, rsa.key, recipient, 32),
      await unwrapFor(other, rsa.key, recipient, 32),
    ]
    await other.close()
    await otherToken.remove()
    expect(there).not.toEqual(here)
  })
})
