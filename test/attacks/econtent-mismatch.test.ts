import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import {
  encodedSignerOf,
  forgedSignedData,
  honestSignedData,
} from '#test/support/forged-signature.ts'
import { mailAround, signedMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const alice = pki.key('alice-sign')
const read = (bytes: Bytes) => openAs(bytes, [], [pki.ca])
const CONTENT = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')
const FORGED = utf8('Content-Type: text/plain\r\n\r\nYou are fired.\r\n')

describe('a detached signature with content of its own', () => {
  it.each([
    ['the same', CONTENT],
    ['another', FORGED],
  ])('is broken: %s', async (_name, shown) => {
    const message = await read(signedMail(shown, await honestSignedData(alice, CONTENT)))
    expect(message.signature).toMatchObject({ kind: 'broken', reason: 'structure' })
  })
})

describe('content of another type than was signed', () => {
  const TIMESTAMP = '1.2.840.113549.1.9.16.1.4' // id-ct-TSTInfo

  it('is broken, whichever of the two names it', async () => {
    const honest = encodedSignerOf(await honestSignedData(alice, CONTENT))
    const object = (contentType: string) =>
      forgedSignedData({
        content: CONTENT,
        certificates: [alice.certificate.der],
        signerInfos: [honest],
        contentType,
      })
    const verdict = async (bytes: Bytes) => (await read(mailAround(bytes, 'signed-data'))).signature
    expect((await verdict(object('1.2.840.113549.1.7.1'))).kind).toBe('valid')
    expect(await verdict(object(TIMESTAMP))).toMatchObject({ kind: 'broken', reason: 'structure' })
  })

  it('is broken where both agree, but on something that is no mail', async () => {
    const who = ['-signer', 'alice-sign.pem', '-inkey', 'alice-sign.key']
    const how = ['-nodetach', '-binary', '-outform', 'DER', '-econtent_type', TIMESTAMP]
    const object = pki.openssl(['cms', '-sign', ...how, ...who], CONTENT)
    const { signature } = await read(mailAround(object, 'signed-data'))
    expect(signature).toMatchObject({ kind: 'broken', reason: 'structure' })
  })
})

describe('an opaque signature', () => {
  it('shows what it brings, and nothing of what a multipart puts beside it', async () => {
    const object = await honestSignedData(alice, CONTENT)
    const message = await read(mailAround(object, 'signed-data'))
    expect(message).toMatchObject({ signature: { kind: 'valid' }, body: [{ kind: 'text' }] })
    const swapped = forgedSignedData({
      content: FORGED,
      certificates: [alice.certificate.der],
      signerInfos: [encodedSignerOf(object)],
    })
    const { signature } = await read(mailAround(swapped, 'signed-data'))
    expect(signature).toMatchObject({ kind: 'broken', reason: 'content-changed' })
  })
})
