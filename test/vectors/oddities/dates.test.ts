import { afterAll, describe, expect, it } from 'vitest'
import { utf8 } from '#shared/bytes.ts'
import { formatMailDate } from '#shared/mime/date.ts'
import { explainSignature } from '#shared/smime/explain.ts'
import { open } from '#shared/smime/open.ts'
import { clearSigned, mailOf } from '#test/support/clear-signed.ts'
import { honestSignedData } from '#test/support/forged-signature.ts'
import { mailAround } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { readerOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS.slice(0, 1))
afterAll(() => pki.remove())

const PART = clearSigned(pki, 'Content-Type: text/plain\r\n\r\nToday.\r\n')
const CONTENT = utf8('Content-Type: text/plain\r\n\r\nToday.\r\n')
const HOUR = 60 * 60 * 1000
const after = (hours: number) => new Date(Date.now() + hours * HOUR)
const read = (date: Date, at = new Date()) => {
  const fields = `From: alice@example.com\nDate: ${formatMailDate(date)}\n`
  return open(mailOf(PART, fields), { ...readerOf([], [pki.ca]), at })
}

describe('the times of a signed message', () => {
  it('may be half an hour apart, either way', async () => {
    for (const hours of [-0.5, 0, 0.5]) {
      expect((await read(after(hours))).signature.kind).toBe('valid')
    }
  })

  it('are no match when further apart: an old message may have been sent again', async () => {
    for (const hours of [-2, 2, 24 * 30]) {
      const { signature } = await read(after(hours))
      expect(signature).toMatchObject({ kind: 'untrusted', reason: 'date-mismatch' })
    }
  })

  it('are told apart from a clock that is behind, or a certificate that has run out', async () => {
    const early = await read(new Date(), after(-24))
    expect(early.signature).toMatchObject({ kind: 'untrusted', reason: 'not-yet-valid' })
    const late = await read(new Date(), after(24 * 60))
    expect(late.signature).toMatchObject({ kind: 'untrusted', reason: 'expired' })
  })

  it('say so in their own words where a certificate has expired since it was signed with', async () => {
    const { signature } = await read(new Date(), after(24 * 60))
    expect(signature).toMatchObject({ kind: 'untrusted', reason: 'expired', goodWhenSigned: true })
    expect(explainSignature(signature).plain).toContain('It was valid at the time stated')
    const moved = await read(after(-24 * 30), after(24 * 60))
    expect(moved.signature).toMatchObject({ reason: 'expired', goodWhenSigned: false })
    expect(explainSignature(moved.signature).plain).not.toContain('It was valid')
  })

  it('are judged by both dates alone where the sender’s clock is ahead: a day, for both', async () => {
    const tomorrow = after(24)
    const object = await honestSignedData(pki.key('alice-sign'), CONTENT, { at: tomorrow })
    const fields = (date: Date) => ['From: alice@example.com', `Date: ${formatMailDate(date)}`]
    const verdict = async (date: Date) => {
      const mail = mailAround(object, 'signed-data', fields(date))
      return (await open(mail, readerOf([], [pki.ca]))).signature
    }
    expect((await verdict(tomorrow)).kind).toBe('valid')
    expect(await verdict(new Date())).toMatchObject({ kind: 'untrusted', reason: 'date-mismatch' })
  })

  it('are no proof where one is missing: neither Date nor signing time is asked for', async () => {
    const mail = mailOf(PART)
    expect((await open(mail, readerOf([], [pki.ca]))).signature.kind).toBe('valid')
  })
})
