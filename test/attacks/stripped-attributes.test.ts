import { afterAll, describe, expect, it } from 'vitest'
import { childrenOf, encodedOf, readWhole } from '#shared/asn1/reader.ts'
import { SEQUENCE } from '#shared/asn1/tags.ts'
import { contextImplicit, encode, octetString, oid, setOf } from '#shared/asn1/writer.ts'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import { CONTENT_TYPE_OIDS } from '#shared/cms/algorithms.ts'
import type { SignerInfo } from '#shared/cms/signer-info.ts'
import type { DigestAlgorithm } from '#shared/contract/keys.ts'
import { digestOf } from '#shared/x509/digest.ts'
import {
  attribute,
  forgedSignedData,
  forgedSignerInfo,
  honestSignedData,
  signerOf,
} from '#test/support/forged-signature.ts'
import { mailAround, signedMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import type { SoftwareKey } from '#test/support/software-keys.ts'
import { openAs } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const read = (bytes: Bytes) => openAs(bytes, [], [pki.ca])
const CONTENT = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')

const FORGED = utf8('Content-Type: text/plain\r\n\r\nYou are fired.\r\n')
const TIMESTAMP = '1.2.840.113549.1.9.16.1.4'

type Forgery = { content: Bytes; signerInfo: Bytes; contentType?: string }
type Forge = (
  key: SoftwareKey,
  signer: SignerInfo,
  digest: DigestAlgorithm,
) => Forgery | Promise<Forgery>

/** What can be made of somebody's signed attributes and the signature over them. */
const FORGERIES: Readonly<Record<string, Forge>> = {
  'as the content': (key, signer) => ({
    content: signer.signedAttributes!,
    signerInfo: forgedSignerInfo(key, signer, null),
  }),
  'as content of another type': (key, signer) => ({
    content: signer.signedAttributes!,
    signerInfo: forgedSignerInfo(key, signer, null),
    contentType: TIMESTAMP,
  }),
  'as the content, with an empty set in their place': (key, signer) => ({
    content: signer.signedAttributes!,
    signerInfo: forgedSignerInfo(key, signer, setOf()),
  }),
  'as the content, and among the unsigned ones': (key, signer) => ({
    content: signer.signedAttributes!,
    signerInfo: encode(
      SEQUENCE,
      ...childrenOf(readWhole(forgedSignerInfo(key, signer, null), 'der', SEQUENCE))
        .rest(9)
        .map(encodedOf),
      contextImplicit(1, signer.signedAttributes!),
    ),
  }),
  'left beside other content': (key, signer) => ({
    content: FORGED,
    signerInfo: forgedSignerInfo(key, signer, signer.signedAttributes),
  }),
  'exchanged for ones that fit other content': async (key, signer, digest) => ({
    content: FORGED,
    signerInfo: forgedSignerInfo(
      key,
      signer,
      setOf(
        attribute('content type', oid(CONTENT_TYPE_OIDS.data)),
        attribute('message digest', octetString(await digestOf(digest, FORGED))),
      ),
    ),
  }),
}

// draft-ietf-lamps-cms-euf-cma-signeddata: without its attributes, a signature over them is one over other content.
describe('signed attributes taken from under a signature', () => {
  const variants = ['alice-sign', 'bob-sign', 'carol-sign'].flatMap((name) =>
    (['sha-256', 'sha-384', 'sha-512'] as const).flatMap((digest) =>
      (['detached', 'opaque'] as const).flatMap((form) =>
        Object.keys(FORGERIES).map((how) => ({ name, digest, form, how })),
      ),
    ),
  )

  it('are tried in more than a hundred ways (security.md H.4)', () => {
    expect(variants.length).toBeGreaterThan(100)
  })

  it.each(variants)('are broken $how: $name, $digest, $form', async (variant) => {
    const { name, digest, form, how } = variant
    const key = pki.key(name)
    const signer = signerOf(await honestSignedData(key, CONTENT, { digest }))
    const { content, signerInfo, contentType } = await FORGERIES[how]!(key, signer, digest)
    const object = forgedSignedData({
      content: form === 'opaque' ? content : null,
      certificates: [key.certificate.der],
      signerInfos: [signerInfo],
      ...(contentType === undefined ? {} : { contentType }),
    })
    const mail = form === 'opaque' ? mailAround(object, 'signed-data') : signedMail(content, object)
    expect((await read(mail)).signature.kind).toBe('broken')
  })

  it('hold where they belong, so that what was tried means something', async () => {
    for (const name of ['alice-sign', 'bob-sign', 'carol-sign']) {
      const key = pki.key(name)
      const object = await honestSignedData(key, CONTENT)
      const fields = [`From: ${key.certificate.addresses[0]!}`]
      const mail = mailAround(object, 'signed-data', fields)
      expect((await read(mail)).signature.kind).toBe('valid')
    }
  })
})
