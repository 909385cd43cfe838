import { assert, nat, property, uint8Array } from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { nullValue } from '../../asn1/writer.ts'
import { type Bytes, concat } from '../../bytes.ts'
import { parseCrl } from './crl.ts'
import { findEntry } from './crl-entry.ts'
import { judgeRevocation, type RevocationStatus } from './judge-revocation.ts'
import { CA, certify, type Member } from '#test/support/authority.ts'
import { ASN1_CODES, onlyFailsWith } from '#test/support/hostile.ts'
import { crlEntry, extension, makeCrl, type MadeCrl, reasonCode } from '#test/support/made-crl.ts'

const NOW = new Date()
const UNKNOWN_OID = '1.3.6.1.4.1.55555.1'
const OTHER_SERIAL = Uint8Array.of(1)

let root: Member
let alice: Member

beforeAll(async () => {
  root = await certify({ name: 'root', extensions: CA })
  alice = await certify({ name: 'alice', issuer: root })
})

/** What one CRL says of Alice, with these certificates beside her chain. */
async function judge(
  of: Partial<MadeCrl>,
  candidates: readonly Member[] = [],
): Promise<RevocationStatus | undefined> {
  const evidence = [await makeCrl({ signer: root, ...of })]
  const [status] = await judgeRevocation({
    chain: [alice.certificate, root.certificate],
    evidence,
    candidates: candidates.map(({ certificate }) => certificate),
    at: NOW,
  })
  return status
}

describe('an entry', () => {
  const listed = (...extensions: Bytes[]) => [
    crlEntry(alice.certificate.serial, NOW, ...extensions),
  ]

  it('that takes another back is none', async () => {
    expect(await judge({ entries: listed(reasonCode(8)) })).toMatchObject({ kind: 'good' })
    const entries = [...listed(reasonCode(8)), ...listed(reasonCode(1))]
    expect(await judge({ entries })).toMatchObject({ reason: 'keyCompromise' })
  })

  it.each([7, 11, 127])('with the unknown reason %s revokes all the same', async (code) => {
    const entries = listed(reasonCode(code))
    expect(await judge({ entries })).toMatchObject({ kind: 'revoked', reason: 'unspecified' })
  })

  it('with an unknown critical extension spoils the CRL, whomever it is about', async () => {
    const odd = (critical: boolean): Bytes =>
      crlEntry(OTHER_SERIAL, NOW, extension(UNKNOWN_OID, nullValue(), critical))
    expect(await judge({ entries: [...listed(), odd(false)] })).toMatchObject({ kind: 'revoked' })
    expect(await judge({ entries: [...listed(), odd(true)] })).toMatchObject({ kind: 'unknown' })
    // certificateIssuer: the entry, and those behind it, are another issuer's (RFC 5280 §5.3.3)
    const foreign = crlEntry(OTHER_SERIAL, NOW, extension('2.5.29.29', nullValue(), true))
    expect(await judge({ entries: [foreign, ...listed()] })).toMatchObject({ kind: 'unknown' })
  })

  it.each([
    ['of two times', concat(Uint8Array.of(0x30, 3, 2, 1, 1))],
    ['that is no sequence', Uint8Array.of(2, 1, 1)],
    ['that is cut short', Uint8Array.of(0x30, 3, 2, 1)],
  ])('%s leaves nothing good', async (_, entry) => {
    expect(await judge({ entries: [entry] })).toMatchObject({ kind: 'unknown' })
  })
})

describe('a CRL by hand', () => {
  it('with an unknown critical extension is not used', async () => {
    const odd = (critical: boolean) => [extension(UNKNOWN_OID, nullValue(), critical)]
    expect(await judge({ extensions: odd(false) })).toMatchObject({ kind: 'good' })
    expect(await judge({ extensions: odd(true) })).toMatchObject({ kind: 'unknown' })
  })

  it('that promises no next one counts for a day', async () => {
    expect(await judge({ nextUpdate: null })).toMatchObject({ kind: 'good' })
    const chain = [alice.certificate, root.certificate] as const
    const evidence = [await makeCrl({ signer: root, nextUpdate: null })]
    const at = new Date(+NOW + 26 * 3_600_000)
    const [status] = await judgeRevocation({ chain, evidence, candidates: [], at })
    expect(status?.kind).toBe('unknown')
  })

  it('may be signed by a key that the authority certified for it, and by no other', async () => {
    const usage = { ...CA, ca: null, keyUsage: ['cRLSign'] } as const
    const signer = await certify({ name: 'root', issuer: root, extensions: usage })
    expect(await judge({ signer }, [signer])).toMatchObject({ kind: 'good' })
    expect(await judge({ signer })).toMatchObject({ kind: 'unknown' })
    const late = { name: 'root', issuer: root, notAfter: new Date(+NOW - 1000), extensions: usage }
    for (const impostor of [
      await certify({ name: 'root', extensions: usage }),
      await certify({ name: 'root', issuer: root }),
      await certify({ name: 'root', issuer: root, digest: 'sha-1', extensions: usage }),
      await certify(late),
    ]) {
      expect(await judge({ signer: impostor }, [impostor])).toMatchObject({ kind: 'unknown' })
    }
  })

  it('is not used of an authority that may not sign CRLs', async () => {
    const mute = await certify({ name: 'mute', extensions: { ...CA, keyUsage: ['keyCertSign'] } })
    const victim = await certify({ name: 'alice', issuer: mute })
    const evidence = [await makeCrl({ signer: mute })]
    const chain = [victim.certificate, mute.certificate] as const
    const [status] = await judgeRevocation({ chain, evidence, candidates: [], at: NOW })
    expect(status?.kind).toBe('unknown')
  })
})

describe('hostile CRLs', () => {
  it('with something behind them, cut short or changed are no evidence', async () => {
    const crl = await makeCrl({ signer: root })
    const changed = concat(crl)
    changed[changed.length - 1]! ^= 1
    for (const hostile of [concat(crl, Uint8Array.of(0)), crl.slice(0, -1), changed]) {
      const chain = [alice.certificate, root.certificate] as const
      const question = { chain, evidence: [hostile], candidates: [], at: NOW }
      expect(await judgeRevocation(question)).toMatchObject([{ kind: 'unknown' }])
    }
  })

  it('fail in our own way or not at all', async () => {
    const { serial } = alice.certificate
    const entries = [crlEntry(OTHER_SERIAL, NOW), crlEntry(serial, NOW, reasonCode(4))]
    const crl = await makeCrl({ signer: root, entries })
    const read = (hostile: Bytes): void => {
      onlyFailsWith([...ASN1_CODES, 'x509/malformed'], () => findEntry(parseCrl(hostile), serial))
    }
    assert(
      property(nat({ max: crl.length - 1 }), nat({ max: 255 }), (at, value) => {
        const changed = concat(crl)
        changed[at] = value
        read(changed)
      }),
      { numRuns: 3000 },
    )
    assert(
      property(nat({ max: crl.length }), uint8Array({ maxLength: 30 }), (at, inserted) => {
        read(concat(crl.subarray(0, at), inserted, crl.subarray(at)))
      }),
      { numRuns: 500 },
    )
  })

  it('of any length are gone through in one pass', async () => {
    const entry = crlEntry(new Uint8Array(16).fill(1), NOW, reasonCode(4))
    const count = 300_000 // compared each with each, these would take hours
    const entries = new Uint8Array(entry.length * count)
    for (let at = 0; at < entries.length; at += entry.length) entries.set(entry, at)
    const crl = parseCrl(await makeCrl({ signer: root, entries: [entries] }))
    expect(findEntry(crl, alice.certificate.serial)).toEqual({ kind: 'absent' })
  })
})
