import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import { envelopeTo } from '#test/support/envelopes.ts'
import { honestSignedData } from '#test/support/forged-signature.ts'
import { cmsPart, mailAround } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const SECRET = utf8('Content-Type: text/plain\r\n\r\nThe secret plan.\r\n')
const alice = pki.key('alice')
const read = (bytes: Bytes) => openAs(bytes, [alice], [pki.ca])

describe('a signature around a ciphertext', () => {
  it('is a note about the envelope, and never speaks for the text', async () => {
    const inside = cmsPart(await envelopeTo([alice.certificate], SECRET), 'enveloped-data')
    const object = await honestSignedData(pki.key('alice-sign'), inside)
    const message = await read(mailAround(object, 'signed-data'))
    expect(message).toMatchObject({
      encryption: { kind: 'decrypted' },
      signature: { kind: 'none' },
      layers: [
        { kind: 'signed', counts: false, verdict: { kind: 'valid' } },
        { kind: 'encrypted' },
      ],
    })
    expect(textOf(message)).toBe('The secret plan.')
  })
})
