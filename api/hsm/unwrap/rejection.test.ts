import { expect, test } from 'vitest'
import { hex } from '#shared/bytes.ts'
import type { Recipient } from '#shared/contract/keys.ts'
import { rejectionInput } from './rejection.ts'

const encryptedKey = new Uint8Array(256).fill(9)
const pkcs1: Recipient = { kind: 'ktri', algorithm: 'rsa-pkcs1', encryptedKey }
const oaep: Recipient = {
  kind: 'ktri',
  algorithm: 'rsa-oaep',
  oaep: { hash: 'sha-1', mgfHash: 'sha-1' },
  encryptedKey,
}
const agreement: Recipient = {
  kind: 'kari',
  originator: Uint8Array.of(1, 2),
  ukm: Uint8Array.of(3),
  scheme: 'dh-std-sha256',
  wrap: 'aes-128',
  encryptedKey: new Uint8Array(24),
}

test('the same entry gives the same input', () => {
  expect(rejectionInput('key', pkcs1, 32)).toEqual(
    rejectionInput('key', structuredClone(pkcs1), 32),
  )
})

test('whatever differs in key, length or entry gives another input', () => {
  const inputs = [
    rejectionInput('key', pkcs1, 32),
    rejectionInput('yek', pkcs1, 32),
    rejectionInput('key', pkcs1, 16),
    rejectionInput('key', { ...pkcs1, encryptedKey: encryptedKey.with(255, 1) }, 32),
    rejectionInput('key', oaep, 32),
    rejectionInput('key', { ...oaep, oaep: { hash: 'sha-256', mgfHash: 'sha-1' } }, 32),
    rejectionInput('key', { ...oaep, oaep: { hash: 'sha-1', mgfHash: 'sha-256' } }, 32),
    rejectionInput('key', agreement, 32),
    rejectionInput('key', { ...agreement, scheme: 'dh-std-sha384' }, 32),
    rejectionInput('key', { ...agreement, wrap: 'aes-256' }, 32),
    rejectionInput('key', { ...agreement, ukm: Uint8Array.of(4) }, 32),
    rejectionInput(
      'key',
      { ...agreement, originator: Uint8Array.of(1), ukm: Uint8Array.of(2, 3) },
      32,
    ),
    rejectionInput(
      'key',
      { ...agreement, originator: Uint8Array.of(1, 2, 3), ukm: new Uint8Array() },
      32,
    ),
  ]
  expect(new Set(inputs.map(hex)).size).toBe(inputs.length)
})
