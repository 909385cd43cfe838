import { beforeAll, describe, expect, it, vi } from 'vitest'
import { parseCertificate, type Certificate } from './certificate.ts'
import { buildChain, type ChainResult } from './chain.ts'
import { MAX_SIGNATURE_CHECKS } from './verify-signature.ts'
import { CA, certify, type Member, newKeys } from '#test/support/authority.ts'

const NOW = new Date()
const DAY = 86_400_000

let root: Member
let middle: Member
let alice: Member

beforeAll(async () => {
  root = await certify({ name: 'root', extensions: CA })
  middle = await certify({ name: 'middle', issuer: root, extensions: CA })
  alice = await certify({ name: 'alice', issuer: middle })
})

async function chainOf(
  leaf: Member,
  candidates: readonly Member[],
  anchors: readonly Member[] = [root],
): Promise<ChainResult> {
  return buildChain({
    leaf: leaf.certificate,
    candidates: candidates.map(({ certificate }) => certificate),
    anchors: anchors.map(({ certificate }) => certificate),
    at: NOW,
    purpose: 'sign',
  })
}

function reasonOf(result: ChainResult): string {
  return result.ok ? 'ok' : result.reason
}

describe('a chain', () => {
  it('leads over intermediates to an anchor, with all checks passed', async () => {
    const result = await chainOf(alice, [middle])
    expect(result.ok).toBe(true)
    const names = result.chain.map(({ subject }) => subject.split(',')[0])
    expect(names).toEqual(['CN=alice', 'CN=middle', 'CN=root'])
    expect(result.checks.length).toBeGreaterThan(5)
    expect(result.checks.every(({ ok }) => ok)).toBe(true)
  })

  it('without anchors trusts nobody, not even who signed for himself', async () => {
    expect(reasonOf(await chainOf(alice, [middle, root], []))).toBe('unknown-issuer')
    expect(reasonOf(await chainOf(root, [root], []))).toBe('unknown-issuer')
  })

  it('ends at any certificate that is named as an anchor, self-signed or not', async () => {
    expect(reasonOf(await chainOf(alice, [], [middle]))).toBe('ok')
    expect(reasonOf(await chainOf(alice, [], [alice]))).toBe('ok')
  })

  it('with a gap shows how far it goes', async () => {
    const result = await chainOf(alice, [middle], [alice, middle].slice(2))
    expect(reasonOf(result)).toBe('unknown-issuer')
    expect(result.chain).toHaveLength(2)
    expect(reasonOf(await chainOf(alice, []))).toBe('unknown-issuer')
  })

  it('needs each link signed: a root of the same name is another root', async () => {
    const other = await certify({ name: 'root', extensions: CA })
    expect(reasonOf(await chainOf(alice, [middle], [other]))).toBe('unknown-issuer')
  })

  it('finds the way among cross certificates and renewals', async () => {
    const keys = middle.keys
    const expired = {
      name: 'middle',
      issuer: root,
      keys,
      notAfter: new Date(+NOW - DAY),
      extensions: CA,
    }
    const renewals = [await certify(expired), middle]
    const elsewhere = await certify({ name: 'elsewhere', extensions: CA })
    const cross = await certify({ name: 'middle', issuer: elsewhere, keys, extensions: CA })
    expect(reasonOf(await chainOf(alice, [cross, ...renewals]))).toBe('ok')
  })

  it('judges time at the time it is told, the ends included', async () => {
    const [notBefore, notAfter] = [new Date(2026, 0, 1), new Date(2026, 6, 1)] // within those of its authorities
    const authorities = { notBefore: new Date(2020, 0, 1), notAfter: new Date(2050, 0, 1) }
    const above = await certify({ name: 'above', extensions: CA, ...authorities })
    const leafOf = { name: 'alice', issuer: above, notBefore, notAfter }
    const { certificate: leaf } = await certify(leafOf)
    const at = async (time: Date): Promise<string> => {
      const candidates: Certificate[] = []
      const anchors = [above.certificate]
      return reasonOf(await buildChain({ leaf, candidates, anchors, at: time, purpose: 'sign' }))
    }
    expect(await at(notAfter)).toBe('ok')
    expect(await at(new Date(+notAfter + 1))).toBe('expired')
    expect(await at(notBefore)).toBe('ok')
    expect(await at(new Date(+notBefore - 1))).toBe('not-yet-valid')
  })
})

describe('an issuer', () => {
  it.each([
    ['that is no CA', { ...CA, ca: null }],
    ['that may not sign certificates', { ...CA, keyUsage: ['digitalSignature'] as const }],
  ])('%s is none', async (_, extensions) => {
    const impostor = await certify({ name: 'impostor', issuer: root, extensions })
    const victim = await certify({ name: 'alice', issuer: impostor })
    expect(reasonOf(await chainOf(victim, [impostor]))).toBe('unknown-issuer')
    expect(reasonOf(await chainOf(victim, [], [impostor]))).toBe('unknown-issuer')
  })

  it('has no more below it than its path length says', async () => {
    const short = await certify({
      name: 'short',
      issuer: root,
      extensions: { ...CA, ca: { pathLength: 0 } },
    })
    const below = await certify({ name: 'below', issuer: short, extensions: CA })
    expect(reasonOf(await chainOf(await certify({ name: 'near', issuer: short }), [short]))).toBe(
      'ok',
    )
    const far = await certify({ name: 'far', issuer: below })
    expect(reasonOf(await chainOf(far, [short, below]))).toBe('unknown-issuer')
  })

  it('that signed with SHA-1 is too weak, unless it is the anchor that was', async () => {
    const old = await certify({ name: 'old', issuer: root, extensions: CA, digest: 'sha-1' })
    const leaf = await certify({ name: 'alice', issuer: old })
    expect(reasonOf(await chainOf(leaf, [old]))).toBe('weak-algorithm')
    expect(reasonOf(await chainOf(leaf, [], [old]))).toBe('ok')
    const weak = await certify({ name: 'alice', issuer: root, digest: 'sha-1' })
    expect(reasonOf(await chainOf(weak, []))).toBe('weak-algorithm')
  })

  it('with a short RSA key is too weak, the anchor, too', async () => {
    const exponent = Uint8Array.of(1, 0, 1)
    const short = { kind: 'rsa', bits: 1024, exponent } as unknown as Certificate['publicKey']
    const leaf = { ...alice, certificate: { ...alice.certificate, publicKey: short } }
    expect(reasonOf(await chainOf(leaf, [middle]))).toBe('weak-algorithm')
    const anchor = { ...root, certificate: { ...root.certificate, publicKey: short } }
    expect(reasonOf(await chainOf(alice, [middle], [anchor]))).toBe('weak-algorithm')
  })

  it('whose extended usage leaves out mail does not vouch for mail', async () => {
    const web = await certify({
      name: 'web',
      issuer: root,
      extensions: { ...CA, extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] },
    })
    expect(reasonOf(await chainOf(await certify({ name: 'alice', issuer: web }), [web]))).toBe(
      'not-for-email',
    )
  })
})

describe('a leaf', () => {
  it.each([
    ['for web servers', { extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] }, 'not-for-email'],
    ['for any use', { extendedKeyUsage: ['2.5.29.37.0'] }, 'ok'],
    ['without extended usage', { extendedKeyUsage: [] }, 'ok'],
    ['for encryption', { keyUsage: ['keyEncipherment'] as const }, 'not-for-email'],
    ['for commitment', { keyUsage: ['nonRepudiation'] as const }, 'ok'],
    ['without usage', { keyUsage: [] }, 'ok'],
  ])('%s, %j, gives %s to sign mail', async (_, extensions, reason) => {
    const leaf = await certify({ name: 'alice', issuer: root, extensions })
    expect(reasonOf(await chainOf(leaf, []))).toBe(reason)
  })

  it('with an unknown critical extension is for nothing', async () => {
    const leaf = { ...alice, certificate: { ...alice.certificate, unknownCritical: ['1.2.3'] } }
    expect(reasonOf(await chainOf(leaf, [middle]))).toBe('not-for-email')
  })

  it('to encrypt to needs key agreement for EC', async () => {
    for (const [use, ok] of [
      ['keyAgreement', true],
      ['digitalSignature', false],
    ] as const) {
      const leaf = await certify({ name: 'bob', issuer: root, extensions: { keyUsage: [use] } })
      const question = {
        leaf: leaf.certificate,
        candidates: [],
        anchors: [root.certificate],
        at: NOW,
      }
      expect((await buildChain({ ...question, purpose: 'encrypt' })).ok).toBe(ok)
    }
  })
})

describe('a maze', () => {
  it('of CAs that all certify each other ends within the bounds', async () => {
    const keys = await newKeys()
    const maze: Certificate[] = []
    const authority = { certificate: root.certificate, keys }
    for (let at = 0; at < 40; at++) {
      maze.push(
        (await certify({ name: 'root', issuer: authority, keys, extensions: CA })).certificate,
      )
    }
    const leaf = await certify({ name: 'alice', issuer: authority })
    const verify = vi.spyOn(crypto.subtle, 'verify')
    const question = { leaf: leaf.certificate, candidates: maze, anchors: [root.certificate] }
    const result = await buildChain({ ...question, at: NOW, purpose: 'sign' })
    expect(reasonOf(result)).toBe('unknown-issuer')
    expect(verify.mock.calls.length).toBeLessThanOrEqual(MAX_SIGNATURE_CHECKS)
    expect(verify).toHaveBeenCalled()
    verify.mockRestore()
  })

  it('of honest strangers does not hide the way', async () => {
    const strangers = Array.from({ length: 99 }, () => certify({ name: 'stranger', issuer: root }))
    expect(reasonOf(await chainOf(alice, [...(await Promise.all(strangers)), middle]))).toBe('ok')
  })

  it('ends after as many candidates as one message may carry', async () => {
    const many = Array<Member>(99).fill(alice)
    expect(reasonOf(await chainOf(alice, [...many, middle]))).toBe('ok')
    expect(reasonOf(await chainOf(alice, [...many, alice, middle]))).toBe('unknown-issuer')
  })

  it('ends after ten certificates', async () => {
    const tower = [root]
    for (let level = 1; level <= 9; level++) {
      const issuer = tower[0]!
      tower.unshift(await certify({ name: `level ${level}`, issuer, extensions: CA }))
    }
    const [top, below] = tower
    const near = await certify({ name: 'near', issuer: below! })
    expect(reasonOf(await chainOf(near, tower))).toBe('ok')
    expect(reasonOf(await chainOf(await certify({ name: 'far', issuer: top! }), tower))).toBe(
      'unknown-issuer',
    )
  })

  it('does not go in circles', async () => {
    const { certificate } = root
    expect(parseCertificate(certificate.der).subject).toBe(certificate.issuer)
    expect((await chainOf(root, [root, root], [middle])).chain).toHaveLength(1)
  })
})
