import { describe, expect, it } from 'vitest'
import { type Claim, judgeLayer } from './judge.ts'
import type { SignerFinding } from './signed-layer.ts'
import type { CertificateSummary, Signer } from './verdict.ts'

const SIGNED = '2026-01-02T03:04:05.000Z'
const HOUR = 3_600_000
const later = (milliseconds: number) => new Date(Date.parse(SIGNED) + milliseconds).toISOString()
const CLAIM: Claim = { sender: 'alice@example.com', date: SIGNED }

function signer(addresses: readonly string[], signingTime: string | null = SIGNED): Signer {
  const certificate = { addresses } as CertificateSummary
  const algorithms = { digestAlgorithm: 'sha-256', signatureAlgorithm: 'RSA' }
  return { certificate, chain: [], signingTime, ...algorithms, checks: [] }
}

function finding(changes: Partial<SignerFinding> = {}): SignerFinding {
  const good = { fault: null, unchecked: null, distrust: null, goodWhenSigned: true }
  return { signer: signer(['alice@example.com']), ...good, ...changes }
}

const judge = (signers: readonly SignerFinding[], claim: Partial<Claim> = {}) =>
  judgeLayer({ form: 'opaque', fault: null, signers }, { ...CLAIM, ...claim })

const BOB = finding({ signer: signer(['bob@example.com']) })
const UNDATED = finding({ signer: signer(['alice@example.com'], null), goodWhenSigned: false })
const EXPIRED = finding({ distrust: 'expired' })

describe('the verdict on several signers', () => {
  it('is valid where one of them is the sender, whoever comes first', () => {
    expect(judge([finding(), BOB]).kind).toBe('valid')
    expect(judge([BOB, finding()]).kind).toBe('valid')
    expect(judge([BOB, BOB])).toMatchObject({ kind: 'wrong-sender', reason: 'address-mismatch' })
  })

  it('names the worst of them: broken before untrusted before wrong-sender', () => {
    const broken = finding({ fault: 'content-changed' })
    expect(judge([BOB, EXPIRED, broken])).toMatchObject({ kind: 'broken' })
    const unchecked = finding({ unchecked: 'DSA' })
    expect(judge([unchecked, broken])).toMatchObject({ kind: 'broken' })
    expect(judge([EXPIRED, finding(), unchecked])).toMatchObject({ kind: 'unchecked', what: 'DSA' })
    expect(judge([BOB, EXPIRED])).toMatchObject({ kind: 'untrusted', reason: 'expired' })
  })

  it('was good when signed only if it was so for each', () => {
    expect(judge([EXPIRED])).toMatchObject({ goodWhenSigned: true })
    expect(judge([EXPIRED, UNDATED])).toMatchObject({ goodWhenSigned: true })
    const never = finding({ distrust: 'expired', goodWhenSigned: false })
    expect(judge([EXPIRED, never])).toMatchObject({ goodWhenSigned: false })
    expect(judge([EXPIRED], { date: later(2 * HOUR) })).toMatchObject({ goodWhenSigned: false })
  })
})

describe('the date', () => {
  it('may be an hour from the signing time, and no more', () => {
    for (const sign of [1, -1]) {
      expect(judge([finding()], { date: later(sign * HOUR) }).kind).toBe('valid')
      const mismatch = { kind: 'untrusted', reason: 'date-mismatch' }
      expect(judge([finding()], { date: later(sign * (HOUR + 1)) })).toMatchObject(mismatch)
    }
  })

  it('is not judged where there is none, or no signing time', () => {
    expect(judge([finding()], { date: null }).kind).toBe('valid')
    expect(judge([UNDATED]).kind).toBe('valid')
  })
})

describe('the checks', () => {
  const checksOf = (one: Signer, claim: Partial<Claim> = {}) => {
    const verdict = judge([finding({ signer: one })], claim)
    return 'signers' in verdict ? verdict.signers[0]?.checks : []
  }

  it('say what was compared', () => {
    const both = ['alice@example.com', 'a@example.com']
    expect(checksOf(signer(both))).toEqual([
      { name: 'date', ok: true, detail: `signed ${SIGNED}, dated ${SIGNED}` },
      {
        name: 'sender',
        ok: true,
        detail: 'alice@example.com; the certificate is for alice@example.com, a@example.com',
      },
    ])
  })

  it('say what was missing', () => {
    expect(checksOf(signer([], null), { date: null, sender: null })).toEqual([
      { name: 'date', ok: null, detail: 'signed at no stated time, dated nowhere' },
      { name: 'sender', ok: false, detail: 'no single sender; the certificate is for no address' },
    ])
  })
})
