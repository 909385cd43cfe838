import { afterAll, describe, expect, it } from 'vitest'
import type { Bytes } from '../../bytes.ts'
import type { Certificate } from '../certificate.ts'
import { judgeRevocation, type RevocationStatus } from './judge-revocation.ts'
import { OpensslPki } from '#test/support/openssl-pki.ts'
import { type CrlFields, opensslCrl, type Standing } from '#test/support/openssl-revocation.ts'

const DAY = 86_400_000
const NOW = new Date(Math.floor(Date.now() / 1000) * 1000)
const YESTERDAY = new Date(+NOW - DAY)
const HERE = 'URI:http://crl.example.com/1'
const ELSEWHERE = 'URI:http://crl.example.com/2'

const pki = new OpensslPki([
  {
    name: 'alice',
    address: 'alice@example.com',
    kind: 'ec-p256',
    keyUsage: 'digitalSignature',
    extensions: [`crlDistributionPoints=${HERE}`],
  },
  { name: 'bob', address: 'bob@example.com', kind: 'ec-p256', keyUsage: 'digitalSignature' },
])
const alice = pki.key('alice').certificate
const bob = pki.key('bob').certificate
afterAll(() => pki.remove())

async function judge(
  evidence: readonly Bytes[],
  at = NOW,
  candidates: readonly Certificate[] = [],
): Promise<RevocationStatus | undefined> {
  const [status] = await judgeRevocation({ chain: [alice, pki.ca], evidence, candidates, at })
  return status
}

function crl(standing: Partial<Standing>, fields?: CrlFields): Bytes {
  const ofBob = { certificate: bob, revoked: YESTERDAY }
  return opensslCrl(pki, [ofBob, { certificate: alice, ...standing }], fields)
}

/** The status of a certificate that is not listed. */
function judgeAbsent(fields: CrlFields, at = NOW): ReturnType<typeof judge> {
  return judge([crl({}, fields)], at)
}

const GOOD = { kind: 'good', asOf: NOW }
const scope = (...lines: readonly string[]) => ({
  thisUpdate: NOW,
  extensions: ['issuingDistributionPoint=critical,@point', '[point]', ...lines],
})

describe('a CRL of openssl', () => {
  it('without the certificate shows it good as of its time', async () => {
    expect(await judgeAbsent({ thisUpdate: NOW })).toEqual(GOOD)
    expect(await judge([opensslCrl(pki, [], { thisUpdate: NOW })])).toEqual(GOOD)
  })

  it.each([
    ['', 'unspecified'],
    ['unspecified', 'unspecified'],
    ['keyCompromise', 'keyCompromise'],
    ['CACompromise', 'cACompromise'],
    ['affiliationChanged', 'affiliationChanged'],
    ['superseded', 'superseded'],
    ['cessationOfOperation', 'cessationOfOperation'],
    ['holdInstruction,holdInstructionNone', 'certificateHold'],
  ])('with the certificate and the reason "%s" tells since when and why', async (spelt, reason) => {
    const entry = { revoked: YESTERDAY, ...(spelt === '' ? {} : { reason: spelt }) }
    const revoked = { kind: 'revoked', at: YESTERDAY, invalidFrom: YESTERDAY, reason }
    expect(await judge([crl(entry)])).toEqual(revoked)
  })

  it('names a time of compromise before that of the revocation', async () => {
    const stolen = '20250102030405Z'
    const status = await judge([crl({ revoked: YESTERDAY, reason: `keyTime,${stolen}` })])
    const invalidFrom = new Date('2025-01-02T03:04:05Z')
    expect(status).toMatchObject({ reason: 'keyCompromise', at: YESTERDAY, invalidFrom })
  })

  it('shows nobody good before or after its time, but revoked for ever', async () => {
    const fields = { thisUpdate: new Date(+NOW - 3 * DAY), nextUpdate: new Date(+NOW - 2 * DAY) }
    const late = { kind: 'unknown', why: expect.stringContaining('out of date') as unknown }
    expect(await judgeAbsent(fields)).toEqual(late)
    expect(await judge([crl({ revoked: YESTERDAY }, fields)])).toMatchObject({ kind: 'revoked' })
    const early = { kind: 'unknown', why: expect.stringContaining('later') as unknown }
    expect(await judgeAbsent({ thisUpdate: NOW }, new Date(+NOW - DAY))).toEqual(early)
    expect(await judgeAbsent({ thisUpdate: NOW }, new Date(+NOW - 60_000))).toEqual(GOOD)
  })

  it('puts on hold while it is fresh only', async () => {
    const hold = crl({ revoked: YESTERDAY, reason: 'holdInstruction,holdInstructionNone' })
    expect(await judge([hold])).toMatchObject({ kind: 'revoked', reason: 'certificateHold' })
    expect(await judge([hold], new Date(+NOW + 2 * DAY))).toMatchObject({ kind: 'unknown' })
  })

  it('says nothing good of a certificate that had expired: it may have been taken off', async () => {
    const later = new Date(+alice.notAfter + DAY)
    expect(await judgeAbsent({ thisUpdate: later }, later)).toMatchObject({ kind: 'unknown' })
  })

  it.each([
    ['good', 'users', ['onlyuser=TRUE']],
    ['unknown', 'authorities', ['onlyCA=TRUE']],
    ['unknown', 'attributes', ['onlyAA=TRUE']],
    ['unknown', 'some reasons', ['onlysomereasons=keyCompromise,superseded']],
    ['good', 'its distribution point', [`fullname=${ELSEWHERE},${HERE}`]],
    ['unknown', 'another point', [`fullname=${ELSEWHERE}`]],
    ['unknown', 'a point beside its issuer', ['relativename=rel', '[rel]', 'CN=1']],
  ])('leaves an unlisted certificate %s, if it is one for %s', async (kind, _, lines) => {
    const fields = scope(...lines)
    expect(await judgeAbsent(fields)).toMatchObject({ kind })
    expect(await judge([crl({ revoked: YESTERDAY }, fields)])).toMatchObject({ kind: 'revoked' })
  })

  it('that is an indirect one is not used, whatever it lists, and it is said why', async () => {
    const why = 'the CRL is an indirect one, signed for other issuers'
    const bytes = crl({ revoked: YESTERDAY }, scope('indirectCRL=TRUE'))
    expect(await judge([bytes])).toEqual({ kind: 'unknown', why })
  })

  it('that is a delta revokes, shows nobody good, and takes nothing back', async () => {
    const delta = { extensions: ['2.5.29.27=critical,DER:020101'] }
    const listed = crl({ revoked: YESTERDAY, reason: 'keyCompromise' }, delta)
    expect(await judge([listed])).toMatchObject({ kind: 'revoked', reason: 'keyCompromise' })
    expect(await judge([crl({}), listed])).toMatchObject({ kind: 'revoked' })
    const why = 'the CRL lists changes only, not who is good'
    expect(await judge([crl({}, delta)])).toEqual({ kind: 'unknown', why })
    const whole = crl({}, { thisUpdate: NOW })
    expect(await judge([crl({}, delta), whole])).toEqual(GOOD)
    const held = crl({ revoked: YESTERDAY, reason: 'holdInstruction,holdInstructionNone' })
    expect(await judge([held, crl({}, delta)])).toMatchObject({ reason: 'certificateHold' })
  })

  it('of a weak digest or of somebody else is not used', async () => {
    const why = 'the signature of the CRL does not hold'
    const unknown = { kind: 'unknown', why }
    expect(await judge([crl({ revoked: YESTERDAY }, { digest: 'sha1' })])).toEqual(unknown)
    const byBob = crl({ revoked: YESTERDAY }, { signer: 'bob' })
    expect(await judge([byBob])).toMatchObject({ why: 'neither CRL nor OCSP answer at hand' })
  })
})

it('the worst of several pieces of evidence counts', async () => {
  const good = crl({})
  const harmless = crl({ revoked: YESTERDAY, reason: 'superseded' })
  const bad = crl({ revoked: NOW, reason: 'keyCompromise' })
  const stale = crl({}, { thisUpdate: new Date(+NOW - 9 * DAY), nextUpdate: YESTERDAY })
  expect(await judge([stale, good])).toMatchObject({ kind: 'good' })
  expect(await judge([good, harmless])).toMatchObject({ reason: 'superseded' })
  expect(await judge([harmless, good, bad])).toMatchObject({ reason: 'keyCompromise' })
})

it('an anchor is not asked about, and every other is', async () => {
  const evidence = [crl({})]
  const of = (...chain: [Certificate, ...Certificate[]]) =>
    judgeRevocation({ chain, evidence, candidates: [], at: NOW })
  expect(await of(pki.ca)).toEqual([])
  expect((await of(alice, pki.ca)).map(({ kind }) => kind)).toEqual(['good'])
  expect((await of(alice, bob, pki.ca)).map(({ kind }) => kind)).toEqual(['unknown', 'revoked'])
})
