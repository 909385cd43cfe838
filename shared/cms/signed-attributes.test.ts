import { beforeAll, describe, expect, it } from 'vitest'
import {
  contextImplicit,
  encode,
  nullValue,
  octetString,
  oid,
  sequence,
  setOf,
  utcOrGeneralizedTime,
} from '#shared/asn1/writer.ts'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { algorithmIdentifier } from '#shared/x509/algorithm-identifier.ts'
import { digestOf } from '#shared/x509/digest.ts'
import { encodeEcdsa } from '#shared/x509/ecdsa-signature.ts'
import { certify, type Member } from '#test/support/authority.ts'
import { CONTENT_TYPE_OIDS } from './algorithms.ts'
import { parseContentInfo } from './content-info.ts'
import { encodeSignedData, parseSignedData, type SignedData } from './signed-data.ts'
import { type SignerVerdict, verifySignerInfo } from './verify-signer-info.ts'

const CONTENT = utf8('Content-Type: text/plain\r\n\r\nSee you at nine.\r\n')
const CONTENT_TYPE = oid('1.2.840.113549.1.9.3')
const MESSAGE_DIGEST = oid('1.2.840.113549.1.9.4')
const SIGNING_TIME = oid('1.2.840.113549.1.9.5')
const ALGORITHM_PROTECTION = oid('1.2.840.113549.1.9.52')
const SIGNING_CERTIFICATE = oid('1.2.840.113549.1.9.16.2.12')
const SIGNING_CERTIFICATE_V2 = oid('1.2.840.113549.1.9.16.2.47')
const DATA = oid(CONTENT_TYPE_OIDS.data)
const SHA_256 = algorithmIdentifier('2.16.840.1.101.3.4.2.1')

let alice: Member
let digest: Bytes

beforeAll(async () => {
  alice = await certify({ name: 'alice' })
  digest = await digestOf('sha-256', CONTENT)
})

/** A message that Alice signs by these attributes, as they are. */
async function signedBy(signedAttributes: Bytes, content: Bytes): Promise<SignedData> {
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const raw = await crypto.subtle.sign(algorithm, alice.keys.privateKey, signedAttributes)
  const message = encodeSignedData({
    certificates: [alice.certificate.der],
    digestAlgorithm: 'sha-256',
    scheme: 'ecdsa',
    signedAttributes,
    signature: encodeEcdsa(new Uint8Array(raw)),
    content,
  })
  return parseSignedData(parseContentInfo(message).content)
}

async function verdictOn(attributes: Bytes): Promise<SignerVerdict> {
  const signed = await signedBy(attributes, CONTENT)
  return verifySignerInfo({ ...signed, signer: signed.signers[0]!, content: CONTENT })
}

function attribute(type: Bytes, ...values: Bytes[]): Bytes {
  return sequence(type, setOf(...values))
}

const type = (): Bytes => attribute(CONTENT_TYPE, DATA)
const imprint = (): Bytes => attribute(MESSAGE_DIGEST, octetString(digest))

describe('signed attributes', () => {
  it('of the least that is required hold', async () => {
    expect(await verdictOn(setOf(type(), imprint()))).toMatchObject({
      kind: 'holds',
      signingTime: null,
    })
  })

  it('out of DER order hold as they were signed', async () => {
    const unsorted = encode(0x31, imprint(), type())
    expect(await verdictOn(unsorted)).toMatchObject({ kind: 'holds' })
  })

  it.each<[string, () => Bytes]>([
    ['without contentType', () => setOf(imprint())],
    ['without messageDigest', () => setOf(type())],
    ['that are empty', () => setOf()],
    ['with two messageDigests', () => setOf(type(), imprint(), imprint())],
    ['with two contentTypes', () => setOf(type(), attribute(CONTENT_TYPE, DATA), imprint())],
    [
      'with two values of messageDigest',
      () => setOf(type(), attribute(MESSAGE_DIGEST, octetString(digest), octetString(digest))),
    ],
    ['with messageDigest without value', () => setOf(type(), attribute(MESSAGE_DIGEST))],
    [
      'with something behind the values',
      () => setOf(imprint(), sequence(CONTENT_TYPE, setOf(DATA), nullValue())),
    ],
    ['with another content type', () => setOf(attribute(CONTENT_TYPE, oid('1.2.3')), imprint())],
    [
      'with two signing times',
      () => {
        const time = (day: number): Bytes => utcOrGeneralizedTime(new Date(2026, 0, day))
        const times = [1, 2].map((day) => attribute(SIGNING_TIME, time(day)))
        return setOf(type(), imprint(), ...times)
      },
    ],
    [
      'that name other algorithms (RFC 6211)',
      () => {
        const rsa = contextImplicit(1, algorithmIdentifier('1.2.840.113549.1.1.1', nullValue()))
        return setOf(type(), imprint(), attribute(ALGORITHM_PROTECTION, sequence(SHA_256, rsa)))
      },
    ],
    [
      'with an indefinite length inside',
      () => {
        const fields = [MESSAGE_DIGEST, setOf(octetString(digest)), new Uint8Array(2)]
        return encode(0x31, type(), concat(Uint8Array.of(0x30, 0x80), ...fields))
      },
    ],
  ])('%s are broken in structure', async (_, attributes) => {
    expect(await verdictOn(attributes())).toMatchObject({ kind: 'broken', reason: 'structure' })
  })

  it('that name another certificate (RFC 5035) do not hold with this one', async () => {
    const named = sequence(sequence(sequence(octetString(new Uint8Array(32)))))
    const verdict = await verdictOn(
      setOf(type(), imprint(), attribute(SIGNING_CERTIFICATE_V2, named)),
    )
    expect(verdict).toMatchObject({ kind: 'broken', reason: 'signature-mismatch' })
  })

  it('that name the certificate by SHA-1 (RFC 2634 §5.4) hold with that one alone', async () => {
    const own = await digestOf('sha-1', alice.certificate.der)
    const named = (hash: Bytes) =>
      attribute(SIGNING_CERTIFICATE, sequence(sequence(sequence(octetString(hash)))))
    const right = await verdictOn(setOf(type(), imprint(), named(own)))
    expect(right).toMatchObject({ kind: 'holds' })
    const wrong = await verdictOn(setOf(type(), imprint(), named(new Uint8Array(20))))
    expect(wrong).toMatchObject({ kind: 'broken', reason: 'signature-mismatch' })
  })

  it('that name a certificate by a digest that is not known to us could not be checked', async () => {
    const unknown = algorithmIdentifier('1.2.3')
    const named = sequence(sequence(sequence(unknown, octetString(new Uint8Array(32)))))
    const verdict = await verdictOn(
      setOf(type(), imprint(), attribute(SIGNING_CERTIFICATE_V2, named)),
    )
    expect(verdict).toMatchObject({ kind: 'unchecked', what: 'ECDSA with SHA-256, key ec-p256' })
  })

  it('that pose as content are no signed content (euf-cma)', async () => {
    const attributes = setOf(type(), imprint())
    const signed = await signedBy(attributes, attributes)
    const signer = { ...signed.signers[0]!, signedAttributes: null }
    const verdict = await verifySignerInfo({ ...signed, signer, content: attributes })
    expect(verdict).toMatchObject({ kind: 'broken', reason: 'structure' })
  })
})
