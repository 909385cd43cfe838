import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Bytes, utf8 } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { explainSignature } from './explain.ts'
import { open } from './open.ts'
import type { FindRevocationEvidence } from './reader.ts'
import type { SignatureVerdict } from './verdict.ts'
import { honestSignedData } from '#test/support/forged-signature.ts'
import { mailAround } from '#test/support/mail-around.ts'
import { OpensslPki } from '#test/support/openssl-pki.ts'
import { opensslCrl } from '#test/support/openssl-revocation.ts'
import { readerOf } from '#test/support/reading.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = new Date(Math.ceil(Date.now() / 1000) * 1000)

const pki = new OpensslPki([
  { name: 'alice', address: 'alice@example.com', kind: 'ec-p256', keyUsage: 'digitalSignature' },
])
const alice = pki.key('alice')
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
