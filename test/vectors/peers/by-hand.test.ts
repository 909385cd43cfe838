import { afterAll, describe, expect, it } from 'vitest'
import { octetString, oid } from '#shared/asn1/writer.ts'
import { utf8 } from '#shared/bytes.ts'
import { digestOf } from '#shared/x509/digest.ts'
import { attribute, forgedSignedData, signerOver } from '#test/support/forged-signature.ts'
import { mailAround, signedMail } from '#test/support/mail-around.ts'
import { OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'
import { IDENTITIES } from './peer.ts'

const pki = new OpensslPki(IDENTITIES)
afterAll(() => pki.remove())

const CONTENT = utf8('Content-Type: text/plain\r\n\r\nSigned by hand.\r\n')

// No peer of today's distributions writes Ed25519 (see absences.ts); node:crypto signs, the rest is put together here.
describe('Ed25519 (RFC 8419)', () => {
  it.each(['detached', 'opaque'] as const)('verifies: %s', async (form) => {
    const alice = pki.key('ed-sign')
    const attributes = [
      attribute('content type', oid('1.2.840.113549.1.7.1')),
      attribute('message digest', octetString(await digestOf('sha-512', CONTENT))),
    ]
    const object = forgedSignedData({
      content: form === 'opaque' ? CONTENT : null,
      certificates: [alice.certificate.der],
      signerInfos: [signerOver(alice, attributes, 'sha-512')],
    })
    const mail = form === 'opaque' ? mailAround(object, 'signed-data') : signedMail(CONTENT, object)
    const { signature } = await openAs(mail, [], [pki.ca])
    expect(signature).toMatchObject({ kind: 'valid', signers: [{ digestAlgorithm: 'sha-512' }] })
  })
})
