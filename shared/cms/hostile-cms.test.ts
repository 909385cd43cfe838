import { assert, nat, property, uint8Array } from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { readWhole } from '#shared/asn1/reader.ts'
import {
  contextExplicit,
  contextImplicit,
  encode,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
} from '#shared/asn1/writer.ts'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { algorithmIdentifier } from '#shared/x509/algorithm-identifier.ts'
import { certify, type Member } from '#test/support/authority.ts'
import { CMS_CODES, onlyFailsWith } from '#test/support/hostile.ts'
import { CIPHER_OIDS, CONTENT_TYPE_OIDS } from './algorithms.ts'
import { parseAuthEnvelopedData } from './auth-enveloped-data.ts'
import { encodeContentInfo, parseContentInfo } from './content-info.ts'
import { parseEnvelopedData } from './enveloped-data.ts'
import { encodeSignedData, parseSignedData } from './signed-data.ts'
import { buildSignedAttributes, parseSignedAttributes } from './signed-attributes.ts'
import { encodeSigningCertificate } from './signing-certificate.ts'
import { newContentKey } from './content-encryption.ts'
import { encryptContentKey } from './encrypt-content-key.ts'

const DATA = oid(CONTENT_TYPE_OIDS.data)

let alice: Member

beforeAll(async () => {
  alice = await certify({ name: 'alice' })
})

function signedData(signers: readonly Bytes[], certificates: readonly Bytes[] = []): Bytes {
  return encodeContentInfo(
    'signed-data',
    sequence(
      integer(1),
      setOf(),
      sequence(DATA),
      contextExplicit(0, ...certificates),
      encode(0x31, ...signers),
    ),
  )
}

describe('SignedData', () => {
  it('without signers is read, and has none', () => {
    const parsed = parseSignedData(
      parseContentInfo(signedData([], [alice.certificate.der])).content,
    )
    expect(parsed.signers).toEqual([])
    expect(parsed.certificates).toHaveLength(1)
  })

  it.each([
    ['11 signers', () => signedData(Array.from({ length: 11 }, () => sequence()))],
    [
      '101 certificates',
      () =>
        signedData(
          [],
          Array.from({ length: 101 }, () => sequence()),
        ),
    ],
  ])('of %s meets a limit', (_, message) => {
    expect(() => parseSignedData(parseContentInfo(message()).content)).toThrow(
      expect.objectContaining({ code: 'asn1/limit' }),
    )
  })
})

function enveloped(recipients: readonly Bytes[], algorithm: Bytes, ciphertext: Bytes[]): Bytes {
  return encodeContentInfo(
    'enveloped-data',
    sequence(integer(0), encode(0x31, ...recipients), sequence(DATA, algorithm, ...ciphertext)),
  )
}

const IV = octetString(new Uint8Array(16))
const CIPHERTEXT = [contextImplicit(0, octetString(new Uint8Array(16)))]
const AES_CBC = algorithmIdentifier(CIPHER_OIDS['aes-256-cbc'], IV)
const AES_GCM = CIPHER_OIDS['aes-256-gcm']

describe('EnvelopedData', () => {
  const parse = (message: Bytes) => parseEnvelopedData(parseContentInfo(message).content)

  it('of 1001 recipients meets a limit', () => {
    const others = Array.from({ length: 1001 }, () => contextExplicit(4))
    expect(() => parse(enveloped(others, AES_CBC, CIPHERTEXT))).toThrow(
      expect.objectContaining({ code: 'cms/limit' }),
    )
    expect(parse(enveloped(others.slice(1), AES_CBC, CIPHERTEXT)).recipients).toHaveLength(1000)
  })

  it.each([
    ['without its IV', algorithmIdentifier(CIPHER_OIDS['aes-256-cbc']), CIPHERTEXT],
    [
      'with a short IV',
      algorithmIdentifier(CIPHER_OIDS['aes-256-cbc'], octetString(new Uint8Array(8))),
      CIPHERTEXT,
    ],
    ['without content', AES_CBC, []],
  ])('%s is malformed', (_, algorithm, ciphertext) => {
    expect(() => parse(enveloped([], algorithm, ciphertext))).toThrow(
      expect.objectContaining({ code: 'cms/malformed' }),
    )
  })

  it('keeps an unknown cipher by its identifier', () => {
    const { encryption } = parse(enveloped([], algorithmIdentifier('1.2.3.4'), CIPHERTEXT))
    expect(encryption).toEqual({ kind: 'unsupported', name: '1.2.3.4' })
  })
})

describe('AuthEnvelopedData', () => {
  const parse = (algorithm: Bytes, tag: Bytes) => {
    const content = sequence(DATA, algorithm, ...CIPHERTEXT)
    const body = sequence(integer(0), setOf(), content, octetString(tag))
    return parseAuthEnvelopedData(readWhole(body, 'ber'))
  }
  const nonce = octetString(new Uint8Array(12))

  it('has a tag of 12 octets where nothing else is said (RFC 5084)', () => {
    const { encryption } = parse(algorithmIdentifier(AES_GCM, sequence(nonce)), new Uint8Array(12))
    expect(encryption).toMatchObject({ kind: 'aead', tagLength: 12 })
  })

  it.each([
    ['a tag of another length than declared', sequence(nonce, integer(16)), 12],
    ['a declared tag of 4 octets', sequence(nonce, integer(4)), 4],
    ['a declared tag of 17 octets', sequence(nonce, integer(17)), 17],
    ['an empty nonce', sequence(octetString(new Uint8Array()), integer(16)), 16],
    ['a bare nonce as parameters', nonce, 12],
  ])('with %s is malformed', (_, parameters, tag) => {
    expect(() => parse(algorithmIdentifier(AES_GCM, parameters), new Uint8Array(tag))).toThrow(
      expect.objectContaining({ code: 'cms/malformed' }),
    )
  })

  it('does not open CBC: the type fixes the family (RFC 9709)', () => {
    expect(parse(AES_CBC, new Uint8Array(16)).encryption).toEqual({
      kind: 'unsupported',
      name: 'aes-256-cbc',
    })
  })
})

describe('CMS with any octets changed or put in', () => {
  it('fails in our own way or not at all', async () => {
    const { certificate } = alice
    const cek = newContentKey('aes-256-cbc')
    const recipient = await encryptContentKey(certificate, cek, 'rsa-pkcs1')
    const digestAlgorithm = 'sha-256'
    const scheme = 'ecdsa'
    const messageDigest = new Uint8Array(32)
    const signed = {
      digestAlgorithm,
      messageDigest,
      signingTime: new Date(),
      signingCertificate: await encodeSigningCertificate(certificate),
      scheme,
    } as const
    const messages = [
      enveloped([recipient], AES_CBC, CIPHERTEXT),
      encodeSignedData({
        certificates: [certificate.der],
        digestAlgorithm,
        scheme,
        signedAttributes: buildSignedAttributes(signed),
        signature: new Uint8Array(70),
        content: utf8('See you at nine.'),
      }),
    ]
    for (const message of messages) {
      const where = nat({ max: message.length - 1 })
      const hostile = property(where, uint8Array({ maxLength: 8 }), (at, put) => {
        const changed = concat(message)
        changed.set(put.subarray(0, message.length - at), at)
        parseAny(changed)
        parseAny(concat(message.subarray(0, at), put, message.subarray(at)))
      })
      assert(hostile, { numRuns: 1500 })
    }
  })
})

function parseAny(bytes: Bytes): void {
  onlyFailsWith(CMS_CODES, () => {
    const { content } = parseContentInfo(bytes)
    for (const parse of [parseEnvelopedData, parseAuthEnvelopedData]) {
      onlyFailsWith(CMS_CODES, () => parse(content))
    }
    for (const { signedAttributes } of parseSignedData(content).signers) {
      if (signedAttributes !== null) parseSignedAttributes(signedAttributes)
    }
  })
}
