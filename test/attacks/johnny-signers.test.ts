import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import {
  encodedSignerOf,
  forgedSignedData,
  honestSignedData,
} from '#test/support/forged-signature.ts'
import { mailAround, signedMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const alice = pki.key('alice-sign')
const read = (bytes: Bytes) => openAs(bytes, [], [pki.ca])
const CONTENT = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')
const FORGED = utf8('Content-Type: text/plain\r\n\r\nYou are fired.\r\n')
const detached = (content = CONTENT) => honestSignedData(alice, content, { detached: true })

// "Johnny, you are fired!" (USENIX Security 2019), class C: what CMS lets a signature consist of.

describe('a message that nobody tampered with', () => {
  it('is valid, so that what follows means something', async () => {
    expect((await read(signedMail(CONTENT, await detached()))).signature.kind).toBe('valid')
    const opaque = mailAround(await honestSignedData(alice, CONTENT), 'signed-data')
    expect((await read(opaque)).signature.kind).toBe('valid')
  })
})

describe('signers', () => {
  it('none at all is broken', async () => {
    const object = forgedSignedData({
      content: null,
      certificates: [alice.certificate.der],
      signerInfos: [],
    })
    const message = await read(signedMail(FORGED, object))
    expect(message.signature).toMatchObject({ kind: 'broken', reason: 'structure' })
    expect(textOf(message)).toBe('You are fired.')
  })

  it('a good one does not make up for one that signed something else, before or behind it', async () => {
    const good = encodedSignerOf(await detached())
    const bad = encodedSignerOf(await detached(FORGED))
    for (const signerInfos of [
      [good, bad],
      [bad, good],
    ]) {
      const certificates = [alice.certificate.der]
      const object = forgedSignedData({ content: null, certificates, signerInfos })
      expect((await read(signedMail(CONTENT, object))).signature).toMatchObject({
        kind: 'broken',
        reason: 'content-changed',
        signers: [{}, {}],
      })
    }
  })

  it('a changed text, a changed signature and a missing certificate each say so', async () => {
    const object = await detached()
    const signer = encodedSignerOf(object)
    const flipped = signer.slice()
    flipped[flipped.length - 9]! ^= 1
    const certificates = [alice.certificate.der]
    const broken = (reason: string) =>
      expect.objectContaining({ kind: 'broken', reason }) as unknown
    const forged = (infos: Bytes[], from = certificates) =>
      signedMail(
        CONTENT,
        forgedSignedData({ content: null, certificates: from, signerInfos: infos }),
      )
    expect((await read(signedMail(FORGED, object))).signature).toEqual(broken('content-changed'))
    expect((await read(forged([flipped]))).signature).toEqual(broken('signature-mismatch'))
    expect((await read(forged([signer], []))).signature).toEqual(
      broken('signer-certificate-missing'),
    )
  })
})
