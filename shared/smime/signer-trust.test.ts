import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Bytes, utf8 } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { explainSignature } from './explain.ts'
import { open } from './open.ts'
import type { FindRevocationEvidence } from './reader.ts'
import type { SignatureVerdict } from './verdict.ts'
import { contextExplicit, oid } from '../asn1/writer.ts'
import { buildOcspRequest } from '../x509/revocation/ocsp-request.ts'
import {
  encodedSignerOf,
  forgedSignedData,
  honestSignedData,
} from '#test/support/forged-signature.ts'
import { mailAround } from '#test/support/mail-around.ts'
import { OpensslPki } from '#test/support/openssl-pki.ts'
import { opensslCrl, opensslOcsp } from '#test/support/openssl-revocation.ts'
import { readerOf } from '#test/support/reading.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const pki = new OpensslPki([
  { name: 'alice', address: 'alice@example.com', kind: 'ec-p256', keyUsage: 'digitalSignature' },
])
const alice = pki.key('alice')
const NOW = new Date(Math.ceil(Date.now() / 1000) * 1000) // by now, all certificates are in force
afterAll(() => pki.remove())

/** The verdict on a message that Alice signed now, or as she states. */
async function verdictOf(of: {
  readonly signed?: Date
  readonly at?: Date
  readonly revocation?: FindRevocationEvidence
  readonly fields?: readonly string[]
}): Promise<SignatureVerdict> {
  const { signed = NOW, at = NOW, revocation } = of
  const content = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')
  const object = await honestSignedData(alice, content, { at: signed })
  const mail = mailAround(object, 'signed-data', ['From: alice@example.com', ...(of.fields ?? [])])
  const reader = { ...readerOf([], [pki.ca]), at, ...(revocation && { revocation }) }
  return (await open(mail, reader)).signature
}

function found(...evidence: Bytes[]): FindRevocationEvidence {
  return () => Promise.resolve(evidence)
}

function crl(revoked?: Date, reason = 'keyCompromise'): Bytes {
  const { certificate } = alice
  return opensslCrl(pki, [
    revoked === undefined ? { certificate } : { certificate, revoked, reason },
  ])
}

function revocationCheck(verdict: SignatureVerdict) {
  const [signer] = 'signers' in verdict ? verdict.signers : []
  return signer?.checks.find(({ name }) => name === 'revocation')
}

describe('revocation', () => {
  it('that cannot be checked makes no verdict worse, and is told', async () => {
    for (const options of [{}, { revocation: found() }, { revocation: found(Uint8Array.of(1)) }]) {
      const verdict = await verdictOf(options)
      expect(verdict.kind).toBe('valid')
      const detail = expect.stringContaining('could not be checked') as unknown
      expect(revocationCheck(verdict)).toMatchObject({ ok: null, detail })
    }
  })

  it('that is ruled out is told, too', async () => {
    const verdict = await verdictOf({ revocation: found(crl()) })
    expect(verdict.kind).toBe('valid')
    expect(revocationCheck(verdict)).toMatchObject({ ok: true })
  })

  it('is asked for with the whole chain, and only for signatures that hold', async () => {
    const revocation = vi.fn(found())
    await verdictOf({ revocation })
    expect(revocation.mock.calls).toEqual([[[alice.certificate, pki.ca]]])
    await open(mailAround(utf8('nonsense'), 'signed-data'), {
      ...readerOf([], [pki.ca]),
      revocation,
    })
    await open(mailAround(await honestSignedData(alice, utf8('text')), 'signed-data'), {
      ...readerOf([], []),
      revocation,
    })
    expect(revocation).toHaveBeenCalledTimes(1)
  })

  it('lets through what stops it', async () => {
    const revocation = () => Promise.reject(new PosternError('session/expired', 'Sign in again.'))
    await expect(verdictOf({ revocation })).rejects.toMatchObject({ code: 'session/expired' })
  })

  it.each([
    ['before the signing', -HOUR, 'superseded', false],
    ['after the signing, harmlessly', HOUR, 'superseded', true],
    ['after the signing, for a lost key', HOUR, 'keyCompromise', false],
  ])('%s is untrusted, with its own words', async (_, later, reason, goodWhenSigned) => {
    const revocation = found(crl(new Date(+NOW + later), reason))
    const verdict = await verdictOf({ at: new Date(+NOW + 2 * HOUR), revocation })
    expect(verdict).toMatchObject({ kind: 'untrusted', reason: 'revoked', goodWhenSigned })
    expect(revocationCheck(verdict)).toMatchObject({ ok: false })
    const since = explainSignature(verdict).plain.includes('withdrawn since')
    expect(since).toBe(goodWhenSigned)
  })
})

describe('evidence that the message brings', () => {
  const revoked = crl(new Date(+NOW - HOUR))

  /** The verdict on a message with revocation information inside. */
  async function verdictWith(
    revocationInfo: readonly Bytes[],
    more: { readonly revocation?: FindRevocationEvidence } = {},
  ): Promise<SignatureVerdict> {
    const content = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')
    const signerInfos = [encodedSignerOf(await honestSignedData(alice, content, { at: NOW }))]
    const certificates = [alice.certificate.der]
    const object = forgedSignedData({ content, certificates, signerInfos, revocationInfo })
    const reader = { ...readerOf([], [pki.ca]), at: NOW, ...more }
    return (await open(mailAround(object, 'signed-data'), reader)).signature
  }

  it('counts as any other: CRLs, and OCSP answers in their own wrapping', async () => {
    expect(revocationCheck(await verdictWith([crl()]))).toMatchObject({ ok: true })
    expect(await verdictWith([revoked])).toMatchObject({ reason: 'revoked' })
    const request = await buildOcspRequest(alice.certificate, pki.ca, 'sha-1')
    const standing = { certificate: alice.certificate, revoked: NOW }
    const answer = opensslOcsp(pki, request, [standing])
    const wrapped = (type: string): Bytes => contextExplicit(1, oid(type), answer)
    expect(await verdictWith([wrapped('1.3.6.1.5.5.7.16.2')])).toMatchObject({ reason: 'revoked' })
    expect(await verdictWith([wrapped('1.3.6.1.5.5.7.16.3')])).toMatchObject({ kind: 'valid' })
    expect(await verdictWith([contextExplicit(2, answer)])).toMatchObject({ kind: 'valid' })
  })

  it('cannot hide what the reader found, nor be hidden by it', async () => {
    const junk = Array<Bytes>(90).fill(crl())
    expect(await verdictWith(junk, { revocation: found(revoked) })).toMatchObject({
      reason: 'revoked',
    })
    expect(await verdictWith([revoked], { revocation: found(crl()) })).toMatchObject({
      reason: 'revoked',
    })
  })
})

describe('an expired certificate', () => {
  const at = new Date(+NOW + 40 * DAY)
  const expired = { kind: 'untrusted', reason: 'expired' }

  it('that was valid when it was signed is told from one that was not', async () => {
    expect(await verdictOf({ at })).toMatchObject({ ...expired, goodWhenSigned: true })
    const late = await verdictOf({ at, signed: new Date(+NOW + 35 * DAY) })
    expect(late).toMatchObject({ ...expired, goodWhenSigned: false })
    const future = await verdictOf({ at, signed: new Date(+at + DAY) })
    expect(future).toMatchObject({ ...expired, goodWhenSigned: false })
    expect(explainSignature(await verdictOf({ at })).plain).toContain('has run out since')
  })

  it('is not said to have been valid at a time that the message contradicts', async () => {
    const verdict = await verdictOf({ at, fields: [`Date: ${at.toUTCString()}`] })
    expect(verdict).toMatchObject({ ...expired, goodWhenSigned: false })
  })

  it('that was revoked for a lost key is called revoked', async () => {
    const verdict = await verdictOf({ at, revocation: found(crl(NOW)) })
    expect(verdict).toMatchObject({ reason: 'revoked', goodWhenSigned: false })
  })
})
