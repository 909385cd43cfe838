import { assert, nat, property, uint8Array } from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, concat, hex } from '../../bytes.ts'
import { judgeRevocation, type RevocationStatus } from './judge-revocation.ts'
import { buildOcspRequest } from './ocsp-request.ts'
import { parseOcspResponse } from './ocsp-response.ts'
import { fromHex, onlyFailsWith } from '#test/support/hostile.ts'
import { type Identity, OpensslPki } from '#test/support/openssl-pki.ts'
import { opensslOcsp, type Standing } from '#test/support/openssl-revocation.ts'

const DAY = 86_400_000
const EC = { address: 'ocsp@example.com', kind: 'ec-p256', keyUsage: 'digitalSignature' } as const
const responder = (name: string, ...extensions: readonly string[]): Identity => ({
  ...EC,
  name,
  extensions,
})

const pki = new OpensslPki([
  responder('alice'),
  responder('bob'),
  responder('ocsp', 'extendedKeyUsage=OCSPSigning', 'noCheck=ignored'),
  responder('any', 'extendedKeyUsage=anyExtendedKeyUsage'),
  { ...responder('mute', 'extendedKeyUsage=OCSPSigning'), keyUsage: 'keyAgreement' },
])
const alice = pki.key('alice').certificate
const bob = pki.key('bob').certificate
const request = await buildOcspRequest(alice, pki.ca, 'sha-1')
// Taken when all certificates are made, lest one be not yet valid on a slow machine.
const NOW = new Date(Math.floor(Date.now() / 1000) * 1000)
const YESTERDAY = new Date(+NOW - DAY)
const GOOD = [{ certificate: alice }]
afterAll(() => pki.remove())

async function judge(response: Bytes, at = NOW): Promise<RevocationStatus | undefined> {
  const question = { chain: [alice, pki.ca], evidence: [response], candidates: [], at } as const
  const [status] = await judgeRevocation(question)
  return status
}

function answer(
  standings: readonly Standing[],
  options?: Parameters<typeof opensslOcsp>[3],
): Bytes {
  return opensslOcsp(pki, request, standings, options)
}

describe('a request', () => {
  it.each([
    ['sha-1', '-sha1'],
    ['sha-256', '-sha256'],
  ] as const)('with %s is the one that openssl writes', async (digest, flag) => {
    const files = ['-issuer', 'ca.pem', flag, '-cert', 'alice.pem', '-no_nonce', '-reqout', '-']
    const written = pki.openssl(['ocsp', ...files])
    expect(hex(await buildOcspRequest(alice, pki.ca, digest))).toBe(hex(written))
  })
})

describe('an answer of openssl', () => {
  it('is good, with the key of the authority and either digest', async () => {
    const asOf = expect.any(Date) as unknown
    expect(await judge(answer(GOOD))).toEqual({ kind: 'good', asOf })
    const asked = await buildOcspRequest(alice, pki.ca, 'sha-256')
    expect(await judge(opensslOcsp(pki, asked, GOOD))).toEqual({ kind: 'good', asOf })
  })

  it.each([
    ['', 'unspecified'],
    ['keyCompromise', 'keyCompromise'],
    ['cessationOfOperation', 'cessationOfOperation'],
    ['holdInstruction,holdInstructionNone', 'certificateHold'],
  ])('says since when it was revoked, and for what reason "%s"', async (spelt, reason) => {
    const entry = { revoked: YESTERDAY, ...(spelt === '' ? {} : { reason: spelt }) }
    const revoked = { kind: 'revoked', at: YESTERDAY, invalidFrom: YESTERDAY, reason }
    expect(await judge(answer([{ certificate: alice, ...entry }]))).toEqual(revoked)
  })

  it('may be that the certificate is not known', async () => {
    const why = 'the OCSP responder does not know the certificate'
    expect(await judge(answer([]))).toEqual({ kind: 'unknown', why })
  })

  it('is good for as long as it says, or for a day', async () => {
    const on = (days: number) => new Date(+NOW + days * DAY)
    expect(await judge(answer(GOOD, { more: ['-ndays', '7'] }), on(6))).toMatchObject(kind('good'))
    const late = await judge(answer(GOOD, { more: ['-ndays', '7'] }), on(8))
    expect(late).toMatchObject(kind('unknown'))
    expect(await judge(answer(GOOD, { more: [] }), on(0.9))).toMatchObject(kind('good'))
    expect(await judge(answer(GOOD, { more: [] }), on(1.1))).toMatchObject(kind('unknown'))
    expect(await judge(answer(GOOD), on(-1))).toMatchObject(kind('unknown'))
  })

  it('about another certificate says nothing', async () => {
    const asked = await buildOcspRequest(bob, pki.ca, 'sha-1')
    const response = opensslOcsp(pki, asked, [{ certificate: bob }])
    expect(await judge(response)).toMatchObject({ why: 'neither CRL nor OCSP answer at hand' })
  })

  it('with a weak digest is not used', async () => {
    const more = ['-ndays', '1', '-rmd', 'sha1']
    expect(await judge(answer(GOOD, { more }))).toMatchObject(kind('unknown'))
  })
})

describe('a responder', () => {
  it.each([
    ['by name', []],
    ['by key', ['-resp_key_id']],
  ])('that the authority certified for it may answer, %s', async (_, more) => {
    const options = { signer: 'ocsp', more: [...more, '-ndays', '1'] }
    expect(await judge(answer(GOOD, options))).toMatchObject(kind('good'))
    expect(await judge(answer(GOOD, { more: options.more }))).toMatchObject(kind('good'))
  })

  it.each(['alice', 'any', 'mute'])(
    'may not be %s, who is certified for other things',
    async (signer) => {
      const why = 'the OCSP answer is not signed by whoever may answer for the issuer'
      const revoked = [{ certificate: alice, revoked: YESTERDAY }]
      expect(await judge(answer(GOOD, { signer }))).toEqual({ kind: 'unknown', why })
      expect(await judge(answer(revoked, { signer }))).toEqual({ kind: 'unknown', why })
    },
  )

  it('may not be certified by somebody else, whatever its name', async () => {
    const other = new OpensslPki([responder('ocsp', 'extendedKeyUsage=OCSPSigning')])
    try {
      const { ca } = other
      const chain = [alice, pki.ca] as const
      const foreign = opensslOcsp(other, request, GOOD, { signer: 'ocsp' })
      expect(ca.subject).toBe(pki.ca.subject)
      const [status] = await judgeRevocation({
        chain,
        evidence: [foreign],
        candidates: [ca],
        at: NOW,
      })
      expect(status?.kind).toBe('unknown')
    } finally {
      other.remove()
    }
  })

  it('whose certificate is not there or has expired is not believed', async () => {
    const more = ['-ndays', '90']
    const bare = answer(GOOD, { signer: 'ocsp', more: [...more, '-resp_no_certs'] })
    expect(await judge(bare)).toMatchObject(kind('unknown'))
    const later = new Date(+pki.ca.notAfter + DAY)
    expect(await judge(answer(GOOD, { signer: 'ocsp', more }), later)).toMatchObject(
      kind('unknown'),
    )
  })
})

describe('hostile answers', () => {
  const response = answer(GOOD, { signer: 'ocsp' })

  it.each([
    ['nothing', new Uint8Array()],
    ['"try later"', fromHex('3003 0a0103')],
    ['success without an answer', fromHex('3003 0a0100')],
    ['a negative status', fromHex('3003 0a01ff')],
    ['another type of answer', fromHex('3010 0a0100 a00b 3009 0604 2b0601 05 0401 00')],
    ['something behind it', concat(response, Uint8Array.of(0))],
    ['an answer cut short', response.slice(0, -1)],
    ['an answer too large', concat(response, new Uint8Array(300_000))],
  ])('such as %s are no evidence', async (_, hostile) => {
    const code = 'x509/malformed'
    expect(() => parseOcspResponse(hostile)).toThrow(expect.objectContaining({ code }))
    expect(await judge(hostile)).toMatchObject(kind('unknown'))
  })

  it('fail in our own way or not at all', () => {
    assert(
      property(nat({ max: response.length - 1 }), nat({ max: 255 }), (at, value) => {
        const changed = concat(response)
        changed[at] = value
        onlyFailsWith(['x509/malformed'], () => parseOcspResponse(changed))
      }),
      { numRuns: 2000 },
    )
    assert(
      property(nat({ max: response.length }), uint8Array({ maxLength: 30 }), (at, inserted) => {
        const changed = concat(response.subarray(0, at), inserted, response.subarray(at))
        onlyFailsWith(['x509/malformed'], () => parseOcspResponse(changed))
      }),
      { numRuns: 500 },
    )
  })
})

function kind(name: RevocationStatus['kind']): { kind: string } {
  return { kind: name }
}
