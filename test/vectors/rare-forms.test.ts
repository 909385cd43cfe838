import { createPublicKey, randomBytes } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { readWhole } from '#shared/asn1/reader.ts'
import { SEQUENCE } from '#shared/asn1/tags.ts'
import {
  contextExplicit,
  contextImplicit,
  integer,
  octetString,
  oid,
  sequence,
} from '#shared/asn1/writer.ts'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import { CONTENT_TYPE_OIDS } from '#shared/cms/algorithms.ts'
import { issuerAndSerial } from '#shared/cms/certificate-identifier.ts'
import { encryptContent, newContentKey } from '#shared/cms/content-encryption.ts'
import { encodeEnvelopedData } from '#shared/cms/enveloped-data.ts'
import { open } from '#shared/smime/open.ts'
import { parseAlgorithmIdentifier } from '#shared/x509/algorithm-identifier.ts'
import { digestOf } from '#shared/x509/digest.ts'
import { signatureIdentifier } from '#shared/x509/signature-algorithm.ts'
import { envelopeTo } from '#test/support/envelopes.ts'
import {
  attribute,
  encodedSignerOf,
  forgedSignedData,
  forgedSignerInfo,
  honestSignedData,
  signerOf,
  signerOver,
} from '#test/support/forged-signature.ts'
import { fragmented } from '#test/support/fragmented.ts'
import { cmsPart, mailAround, signedMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, readerOf, textOf } from '#test/support/reading.ts'
import { agreementEntry } from '#test/support/recipient-entries.ts'
import type { SoftwareKey } from '#test/support/software-keys.ts'

const pki = new OpensslPki(CORRESPONDENTS)
const alice = pki.key('alice')
const bob = pki.key('bob')
const signer = pki.key('alice-sign')
afterAll(() => pki.remove())

const TEXT = 'In a form that is rarely seen.'
const CONTENT = utf8(`Content-Type: text/plain\r\n\r\n${TEXT}\r\n${'x'.repeat(10_000)}\r\n`)
const read = (bytes: Bytes) => openAs(bytes, [alice, bob], [pki.ca])

describe('a signer’s certificate', () => {
  it('is found in the directory where the message does not bring it', async () => {
    const signerInfos = [encodedSignerOf(await honestSignedData(signer, CONTENT))]
    const object = forgedSignedData({ content: null, certificates: [], signerInfos })
    const mail = signedMail(CONTENT, object)
    const missing = { kind: 'broken', reason: 'signer-certificate-missing' }
    expect((await read(mail)).signature).toMatchObject(missing)
    const candidates = [bob.certificate, signer.certificate]
    const reader = { ...readerOf([], [pki.ca]), candidates }
    expect((await open(mail, reader)).signature).toMatchObject({ kind: 'valid' })
  })

  it('need not be the first of those that come along', async () => {
    const signerInfos = [encodedSignerOf(await honestSignedData(signer, CONTENT))]
    const certificates = [pki.ca.der, bob.certificate.der, signer.certificate.der]
    for (const order of [certificates, certificates.toReversed()]) {
      const object = forgedSignedData({ content: CONTENT, certificates: order, signerInfos })
      expect((await read(mailAround(object, 'signed-data'))).signature.kind).toBe('valid')
    }
  })

  it('verifies under `sha256WithRSAEncryption` as under `rsaEncryption`', async () => {
    const attributes = [
      attribute('content type', oid(CONTENT_TYPE_OIDS.data)),
      attribute('message digest', octetString(await digestOf('sha-256', CONTENT))),
    ]
    const certificates = [signer.certificate.der]
    const plain = [signerOver(signer, attributes)]
    const object = forgedSignedData({ content: CONTENT, certificates, signerInfos: plain })
    const from = signerOf(object)
    const named = signatureIdentifier({ kind: 'rsa-pkcs1', digest: 'sha-256' })
    const identifier = parseAlgorithmIdentifier(readWhole(named, 'der', SEQUENCE))
    const changed = { ...from, signatureIdentifier: identifier }
    const other = [forgedSignerInfo(signer, changed, from.signedAttributes)]
    for (const signerInfos of [plain, other]) {
      const made = forgedSignedData({ content: CONTENT, certificates, signerInfos })
      expect((await read(mailAround(made, 'signed-data'))).signature.kind).toBe('valid')
    }
  })
})

/** One entry for several keys on a curve: Bob's own is the last, the others' open nothing. */
async function sharedEntry(key: Bytes, others: readonly SoftwareKey[]): Promise<Bytes> {
  const der = Buffer.from(bob.certificate.spki)
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
  const made = agreementEntry(publicKey, key, { scheme: 'dh-std-sha256', wrap: 'aes-256' })
  const keys = others.map(({ certificate }) =>
    sequence(issuerAndSerial(certificate), octetString(randomBytes(40))),
  )
  const own = sequence(issuerAndSerial(bob.certificate), octetString(made.encryptedKey))
  const originator = contextExplicit(0, contextImplicit(1, made.originator))
  const wrap = sequence(oid('2.16.840.1.101.3.4.1.45'))
  const algorithm = sequence(oid('1.3.132.1.11.1'), wrap)
  const entry = sequence(integer(3), originator, algorithm, sequence(...keys, own))
  return Promise.resolve(contextImplicit(1, entry))
}

describe('an envelope', () => {
  it('opens by one of several keys in one entry of key agreement', async () => {
    const key = newContentKey('aes-256-cbc')
    const encrypted = await encryptContent('aes-256-cbc', key, CONTENT)
    if (encrypted.kind !== 'enveloped') throw new TypeError('not CBC')
    const recipients = [await sharedEntry(key, [pki.key('carol'), pki.key('bob-sign')])]
    const message = await read(encodeEnvelopedData({ ...encrypted, recipients }))
    expect(message.encryption).toMatchObject({
      kind: 'decrypted',
      keyId: 'bob',
      recipients: [{ keyId: null }, { keyId: null }, { keyId: 'bob' }],
    })
    expect(textOf(message)).toContain(TEXT)
  })

  it('opens inside a signature and with another inside of it: triple wrapping (RFC 2634)', async () => {
    const inner = cmsPart(await honestSignedData(signer, CONTENT), 'signed-data')
    const middle = cmsPart(await envelopeTo([alice.certificate], inner), 'enveloped-data')
    const outer = await honestSignedData(pki.key('bob-sign'), middle)
    const message = await read(mailAround(outer, 'signed-data'))
    expect(message).toMatchObject({
      encryption: { kind: 'decrypted' },
      signature: {
        kind: 'valid',
        signers: [{ certificate: { addresses: ['alice@example.com'] } }],
      },
      layers: [{ kind: 'signed', counts: false }, { kind: 'encrypted' }, { counts: true }],
    })
    expect(textOf(message)).toContain(TEXT)
  })
})

describe.each([1, 1000, 4096])('BER in pieces of %i octets', (size) => {
  it('opens, signed and encrypted, and where the last end-of-contents were lost', async () => {
    const signed = fragmented(await honestSignedData(signer, CONTENT), size)
    const encrypted = fragmented(await envelopeTo([alice.certificate], CONTENT), size)
    const sealed = fragmented(await envelopeTo([alice.certificate], CONTENT, 'aes-256-gcm'), size)
    expect([signed, encrypted, sealed].map((object) => object[1])).toEqual([0x80, 0x80, 0x80])
    for (const lost of [0, 2, 6]) {
      const cut = (object: Bytes) => object.slice(0, object.length - lost)
      expect((await read(mailAround(cut(signed), 'signed-data'))).signature.kind).toBe('valid')
      const opened = await read(mailAround(cut(encrypted), 'enveloped-data'))
      expect(opened.encryption.kind).toBe('decrypted')
      expect(textOf(opened)).toContain(TEXT)
      const authenticated = await read(mailAround(cut(sealed), 'authEnveloped-data'))
      expect(authenticated.encryption.kind).toBe('decrypted')
    }
    const half = encrypted.slice(0, -1)
    expect((await read(mailAround(half, 'enveloped-data'))).body).toEqual([])
  })
})
