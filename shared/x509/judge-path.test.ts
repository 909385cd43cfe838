import { beforeAll, describe, expect, it } from 'vitest'
import { CA, certify, type Member } from '#test/support/authority.ts'
import type { Certificate } from './certificate.ts'
import { judgePath, type MailPurpose } from './judge-path.ts'
import { toKeyUsage } from './key-usage.ts'

let root: Member
let renewal: Member
let middle: Member
let alice: Member
let namesake: Member

const outside = { ...CA, addresses: ['ca@elsewhere.example'] }

beforeAll(async () => {
  root = await certify({ name: 'root', extensions: CA })
  renewal = await certify({ name: 'root', issuer: root, extensions: outside })
  middle = await certify({ name: 'middle', issuer: root, extensions: outside })
  alice = await certify({ name: 'alice', issuer: root })
  const addresses = ['root@elsewhere.example']
  namesake = await certify({ name: 'root', issuer: root, extensions: { addresses } })
})

const MINE = {
  permitted: [{ kind: 'address', address: 'example.com' }],
  excluded: [],
} as const
const bound = ({ certificate }: Member): Certificate => ({ ...certificate, nameConstraints: MINE })

function judge(path: readonly [Certificate, ...Certificate[]], purpose: MailPurpose = 'sign') {
  const result = judgePath(path, new Date(), purpose)
  const details = (name: string) =>
    result.checks.filter((check) => check.name === name).map(({ detail }) => detail)
  return { reason: result.ok ? 'ok' : result.reason, details }
}

describe('name constraints along a path', () => {
  it('bind the leaf and the authorities between, but not who states them', () => {
    expect(judge([alice.certificate, bound(root)]).reason).toBe('ok')
    expect(judge([alice.certificate, bound(middle), root.certificate]).reason).toBe('ok')
    const between = judge([alice.certificate, middle.certificate, bound(root)])
    expect(between.reason).toBe('not-for-email')
    const { subject } = middle.certificate
    expect(between.details('names')).toContain(`${root.certificate.subject}: not for ${subject}`)
    expect(between.details('names')).toContain(subject)
  })

  it('exempt an authority’s own renewals, but never a leaf (RFC 5280 §6.1.3 b)', () => {
    expect(judge([alice.certificate, renewal.certificate, bound(root)]).reason).toBe('ok')
    expect(judge([namesake.certificate, bound(root)]).reason).toBe('not-for-email')
  })
})

describe('the key usage of who is encrypted to', () => {
  const leaf = (publicKey: object, ...bits: number[]): Certificate => ({
    ...alice.certificate,
    publicKey: publicKey as Certificate['publicKey'],
    keyUsage: toKeyUsage(new Set(bits)),
  })
  const rsa = { kind: 'rsa', bits: 2048, exponent: Uint8Array.of(1, 0, 1) }
  const [ENCIPHER, AGREE, ENCIPHER_ONLY, DECIPHER_ONLY] = [2, 4, 7, 8] as const

  it.each([
    ['RSA', rsa, [ENCIPHER], 'ok'],
    ['RSA', rsa, [AGREE], 'not-for-email'],
    ['EC', { kind: 'ec', curve: 'p256' }, [AGREE], 'ok'],
    ['EC', { kind: 'ec', curve: 'p256' }, [ENCIPHER], 'not-for-email'],
    ['X25519', { kind: 'x25519' }, [AGREE], 'ok'],
    ['X25519', { kind: 'x25519' }, [ENCIPHER], 'not-for-email'],
    ['X25519', { kind: 'x25519' }, [AGREE, ENCIPHER_ONLY], 'not-for-email'],
    ['X25519', { kind: 'x25519' }, [AGREE, DECIPHER_ONLY], 'ok'],
  ])('%s %j with bits %j: %s', (_name, key, bits, reason) => {
    expect(judge([leaf(key, ...bits), root.certificate], 'encrypt').reason).toBe(reason)
  })
})

describe('what the checks of a path say', () => {
  it('is whose they are, and what is unknown or weak in it', () => {
    const { subject } = alice.certificate
    const good = judge([alice.certificate, root.certificate])
    expect(good.details('usage')).toEqual([subject, root.certificate.subject])
    expect(good.details('strength')[0]).toBe(`${subject}: sufficient`)
    const odd = { ...alice.certificate, unknownCritical: ['1.2.3'] }
    const { details } = judge([odd, root.certificate])
    expect(details('usage')[0]).toBe(`${subject}: unknown critical extension 1.2.3`)
  })
})
