import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import {
  forgedSignedData,
  forgedSignerInfo,
  honestSignedData,
  signerOf,
} from '#test/support/forged-signature.ts'
import { mailAround, signedMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const read = (bytes: Bytes) => openAs(bytes, [], [pki.ca])
const CONTENT = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')

// draft-ietf-lamps-cms-euf-cma-signeddata: without its attributes, a signature over them is one over other content.
describe('signed attributes passed off as content', () => {
  const variants = ['alice-sign', 'bob-sign', 'carol-sign'].flatMap((name) =>
    (['sha-256', 'sha-384', 'sha-512'] as const).flatMap((digest) =>
      (['detached', 'opaque'] as const).map((form) => ({ name, digest, form })),
    ),
  )

  it.each(variants)('is broken: $name, $digest, $form', async ({ name, digest, form }) => {
    const key = pki.key(name)
    const signer = signerOf(await honestSignedData(key, CONTENT, { digest }))
    const content = signer.signedAttributes!
    const object = forgedSignedData({
      content: form === 'opaque' ? content : null,
      certificates: [key.certificate.der],
      signerInfos: [forgedSignerInfo(key, signer, null)],
    })
    const mail = form === 'opaque' ? mailAround(object, 'signed-data') : signedMail(content, object)
    expect((await read(mail)).signature).toMatchObject({ kind: 'broken', reason: 'structure' })
  })
})
