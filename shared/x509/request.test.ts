import { expect, test } from 'vitest'
import { childrenOf, encodedOf, readWhole } from '../asn1/reader.ts'
import { context, INTEGER, SEQUENCE } from '../asn1/tags.ts'
import { smallIntegerOf } from '../asn1/values.ts'
import { type Bytes, sameBytes } from '../bytes.ts'
import { encodeName } from './issue.ts'
import { ecSpki, rsaSpki } from './public-key.ts'
import { assembleRequest, buildRequestInfo } from './request.ts'
import { encodeRequestMessage } from './request-message.ts'

const SUBJECT = encodeName({ commonName: 'Alice' })
const EXTENSIONS = {
  keyUsage: ['keyAgreement'],
  extendedKeyUsage: [],
  addresses: ['alice@example.com'],
} as const
const EC = ecSpki('p256', new Uint8Array(65).fill(4))
const RSA = rsaSpki({
  modulus: new Uint8Array(256).fill(0x81),
  exponent: Uint8Array.of(1, 0, 1),
})

test('a PKCS #10 request has version 0, the name, the key and what is asked for', () => {
  const info = buildRequestInfo({ subject: SUBJECT, spki: EC, extensions: EXTENSIONS })
  const der = assembleRequest(info, { kind: 'ecdsa', digest: 'sha-256' }, new Uint8Array(64))
  const request = childrenOf(readWhole(der, 'der', SEQUENCE))
  const signed = request.next(SEQUENCE)
  expect(sameBytes(encodedOf(signed), info)).toBe(true)
  const fields = childrenOf(signed)
  expect(smallIntegerOf(fields.next(INTEGER))).toBe(0)
  expect(encodedOf(fields.next(SEQUENCE))).toEqual(SUBJECT)
  expect(encodedOf(fields.next(SEQUENCE))).toEqual(EC)
  expect(fields.next(context(0)).constructed).toBe(true)
  fields.end()
})

test.each([
  ['RSA by a certificate that is encrypted to it', RSA, 2],
  ['EC by one, too, after an agreement', EC, 3],
] as const)('a CRMF message proves the possession of %s', (_what, spki: Bytes, proof) => {
  const der = encodeRequestMessage({ subject: SUBJECT, spki, extensions: EXTENSIONS })
  const messages = childrenOf(readWhole(der, 'der', SEQUENCE))
  const message = messages.sequence()
  messages.end()
  const request = message.sequence()
  expect(smallIntegerOf(request.next(INTEGER))).toBe(0)
  const template = request.sequence()
  request.end()
  expect(encodedOf(childrenOf(template.next(context(5))).next())).toEqual(SUBJECT)
  const key = encodedOf(template.next(context(6))).slice()
  key[0] = 0x30
  expect(key).toEqual(spki)
  template.next(context(9))
  template.end()
  const choice = childrenOf(message.next(context(proof)))
  expect(encodedOf(choice.next(context(1)))).toEqual(Uint8Array.of(0x81, 1, 0))
  message.end()
})
