import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { octetString, oid } from '#shared/asn1/writer.ts'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import { encodeAlgorithmProtection } from '#shared/cms/algorithm-protection.ts'
import { digestIdentifier, digestOf } from '#shared/x509/digest.ts'
import { signatureIdentifier } from '#shared/x509/signature-algorithm.ts'
import { attribute, forgedSignedData, signerOver } from '#test/support/forged-signature.ts'
import { mailAround } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const CONTENT = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')
const FORGED = utf8('Content-Type: text/plain\r\n\r\nYou are fired.\r\n')
const alice = pki.key('alice-sign')

const contentType = (...values: Bytes[]) => attribute('content type', ...values)
const digests = (...values: Bytes[]) =>
  attribute('message digest', ...values.map((value) => octetString(value)))
const RSA = signatureIdentifier({ kind: 'rsa-pkcs1', digest: null })
const protection = (digest: 'sha-256' | 'sha-512') =>
  attribute('algorithm protection', encodeAlgorithmProtection(digestIdentifier(digest), RSA))
const DATA = oid('1.2.840.113549.1.7.1')
const OTHER = oid('1.2.840.113549.1.9.16.1.4')

let right: Bytes
let wrong: Bytes
beforeAll(async () => {
  right = await digestOf('sha-256', CONTENT)
  wrong = await digestOf('sha-256', FORGED)
})

/** The verdict on content with a signature that truly holds over these attributes. */
async function verdictOn(attributes: readonly Bytes[]) {
  const object = forgedSignedData({
    content: CONTENT,
    certificates: [alice.certificate.der],
    signerInfos: [signerOver(alice, attributes)],
  })
  return (await openAs(mailAround(object, 'signed-data'), [], [pki.ca])).signature
}

describe('signed attributes that can be read in two ways', () => {
  it('hold once each, so that what follows means something', async () => {
    expect((await verdictOn([contentType(DATA), digests(right)])).kind).toBe('valid')
    const all = [contentType(DATA), digests(right), protection('sha-256')]
    expect((await verdictOn(all)).kind).toBe('valid')
  })

  const ODD: [string, () => Bytes[]][] = [
    [
      'messageDigest twice, the right one first',
      () => [contentType(DATA), digests(right), digests(wrong)],
    ],
    [
      'messageDigest twice, the right one last',
      () => [contentType(DATA), digests(wrong), digests(right)],
    ],
    ['messageDigest twice, the same', () => [contentType(DATA), digests(right), digests(right)]],
    ['messageDigest with two values', () => [contentType(DATA), digests(right, wrong)]],
    ['messageDigest without value', () => [contentType(DATA), digests()]],
    ['no messageDigest', () => [contentType(DATA)]],
    ['contentType twice', () => [contentType(DATA), contentType(OTHER), digests(right)]],
    ['contentType with two values', () => [contentType(DATA, OTHER), digests(right)]],
    ['contentType of something else', () => [contentType(OTHER), digests(right)]],
    ['no contentType', () => [digests(right)]],
    ['no attribute at all', () => []],
    [
      'algorithms protected twice',
      () => [contentType(DATA), digests(right), protection('sha-256'), protection('sha-512')],
    ],
    [
      'another digest protected than used (RFC 6211)',
      () => [contentType(DATA), digests(right), protection('sha-512')],
    ],
  ]

  it.each(ODD)('are broken: %s', async (_name, attributes) => {
    expect(await verdictOn(attributes())).toMatchObject({ kind: 'broken', reason: 'structure' })
  })

  it('are broken over other content, for that reason', async () => {
    const verdict = await verdictOn([contentType(DATA), digests(wrong)])
    expect(verdict).toMatchObject({ kind: 'broken', reason: 'content-changed' })
  })
})
