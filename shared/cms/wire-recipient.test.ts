import { beforeAll, describe, expect, it } from 'vitest'
import { hex } from '#shared/bytes.ts'
import type { Certificate } from '#shared/x509/certificate.ts'
import { ecSpki } from '#shared/x509/public-key.ts'
import { certify } from '#test/support/authority.ts'
import type { CertificateIdentifier } from './certificate-identifier.ts'
import type { RecipientInfo } from './recipient-info.ts'
import { toWireRecipient } from './wire-recipient.ts'

const identifier: CertificateIdentifier = { kind: 'key-id', keyId: new Uint8Array(20) }
const point = new Uint8Array(65).fill(4)

const KARI: Extract<RecipientInfo, { kind: 'kari' }> = {
  kind: 'kari',
  identifier,
  algorithm: { kind: 'ecdh', scheme: 'dh-std-sha256', wrap: 'aes-256' },
  originator: { kind: 'ec', curve: null, point },
  ukm: null,
  encryptedKey: new Uint8Array(40),
}
const KTRI: Extract<RecipientInfo, { kind: 'ktri' }> = {
  kind: 'ktri',
  identifier,
  algorithm: { kind: 'rsa-pkcs1' },
  encryptedKey: new Uint8Array(256),
}

let bob: Certificate
let alice: Certificate

beforeAll(async () => {
  bob = (await certify({ name: 'bob' })).certificate
  const modulus = new Uint8Array(256).fill(255)
  const publicKey = { kind: 'rsa', bits: 2048, modulus, exponent: modulus, pssOnly: null } as const
  alice = { ...bob, publicKey }
})

describe('a recipient entry for the wire', () => {
  it('has the curve of the recipient where the sender names none', () => {
    const wire = toWireRecipient(KARI, bob)
    expect(wire).toMatchObject({ kind: 'kari', scheme: 'dh-std-sha256', wrap: 'aes-256' })
    expect(wire).not.toHaveProperty('ukm')
    expect(wire.kind === 'kari' && hex(wire.originator)).toBe(hex(ecSpki('p256', point)))
  })

  it('keeps an empty user keying material apart from none', () => {
    expect(toWireRecipient({ ...KARI, ukm: new Uint8Array() }, bob)).toHaveProperty('ukm')
  })

  it('names both digests of OAEP', () => {
    const algorithm = { kind: 'rsa-oaep', hash: 'sha-256', mgfHash: 'sha-1' } as const
    expect(toWireRecipient({ ...KTRI, algorithm }, alice)).toMatchObject({
      algorithm: 'rsa-oaep',
      oaep: { hash: 'sha-256', mgfHash: 'sha-1' },
    })
  })

  it.each<[string, () => RecipientInfo, () => Certificate]>([
    [
      'another curve',
      () => ({ ...KARI, originator: { kind: 'ec', curve: 'p384', point } }),
      () => bob,
    ],
    ['key agreement for an RSA key', () => KARI, () => alice],
    ['key transport for an EC key', () => KTRI, () => bob],
    [
      'a block longer than the modulus',
      () => ({ ...KTRI, encryptedKey: new Uint8Array(257) }),
      () => alice,
    ],
    ['an empty block', () => ({ ...KTRI, encryptedKey: new Uint8Array() }), () => alice],
    [
      'a wrapped key of 16 octets',
      () => ({ ...KARI, encryptedKey: new Uint8Array(16) }),
      () => bob,
    ],
    [
      'a point without end',
      () => ({ ...KARI, originator: { kind: 'ec', curve: null, point: new Uint8Array(500) } }),
      () => bob,
    ],
    ['keying material without end', () => ({ ...KARI, ukm: new Uint8Array(1025) }), () => bob],
  ])('with %s is malformed', (_, info, certificate) => {
    expect(() => toWireRecipient(info(), certificate())).toThrow(
      expect.objectContaining({ code: 'cms/malformed' }),
    )
  })

  it.each<[RecipientInfo, string]>([
    [{ kind: 'other', tag: 0xa3 }, 'a recipient that is no certificate'],
    [{ ...KARI, algorithm: { kind: 'unsupported', name: '1.2.3' } }, '1.2.3'],
    [
      { ...KARI, originator: { kind: 'unsupported', name: 'static key agreement' } },
      'static key agreement',
    ],
  ])('of a kind that nobody is asked about is unsupported by name', (info, name) => {
    expect(() => toWireRecipient(info, bob)).toThrow(
      expect.objectContaining({
        code: 'cms/unsupported',
        message: expect.stringContaining(name) as string,
      }),
    )
  })
})
