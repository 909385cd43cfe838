import { constants, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { childrenOf, readWhole } from '../asn1/reader.ts'
import { BIT_STRING, SEQUENCE } from '../asn1/tags.ts'
import { wholeBitStringOf } from '../asn1/values.ts'
import { bitString, contextExplicit, integer, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { usualScheme } from '../cms/signature-scheme.ts'
import { openssl } from '#test/support/openssl.ts'
import { algorithmIdentifier } from './algorithm-identifier.ts'
import { digestIdentifier } from './digest.ts'
import { encodePssParameters, type PssParameters } from './pss-parameters.ts'
import { parsePublicKey } from './public-key.ts'
import type { SignatureAlgorithm } from './signature-algorithm.ts'
import { checkSignature } from './verify-signature.ts'

const RSA_PSS = '1.2.840.113549.1.1.10'
const DATA = new TextEncoder().encode('signed')
const SHA_256: PssParameters = { digest: 'sha-256', mgfDigest: 'sha-256', saltLength: 32 }
const SHA_384: PssParameters = { digest: 'sha-384', mgfDigest: 'sha-384', saltLength: 48 }
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** The key under the name of RSASSA-PSS, with parameters or without. */
function pssSpki(...parameters: Bytes[]): Bytes {
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
  const fields = childrenOf(readWhole(spki, 'der', SEQUENCE))
  fields.next(SEQUENCE)
  const numbers = wholeBitStringOf(fields.next(BIT_STRING))
  return sequence(algorithmIdentifier(RSA_PSS, ...parameters), bitString(numbers))
}

const limitedTo = (parameters: PssParameters) => pssSpki(encodePssParameters(parameters))

/** A signature that holds by mathematics alone, checked under that key. */
function check(spki: Bytes, { digest, saltLength }: PssParameters): Promise<string> {
  const padding = constants.RSA_PKCS1_PSS_PADDING
  const made = sign(digest.replace('-', ''), DATA, { key: privateKey, padding, saltLength })
  const algorithm = { kind: 'rsa-pss', digest, mgfDigest: digest, saltLength } as const
  return checkSignature({ spki, algorithm, signature: new Uint8Array(made), data: DATA })
}

describe('a key for RSA-PSS alone', () => {
  it('without parameters takes any', async () => {
    expect(await check(pssSpki(), SHA_256)).toBe('holds')
    expect(await check(pssSpki(), SHA_384)).toBe('holds')
  })

  it('with parameters takes the same digests, and a salt that is no shorter', async () => {
    expect(await check(limitedTo(SHA_256), SHA_256)).toBe('holds')
    expect(await check(limitedTo(SHA_256), { ...SHA_256, saltLength: 33 })).toBe('holds')
    expect(await check(limitedTo(SHA_256), { ...SHA_256, saltLength: 31 })).toBe('fails')
    expect(await check(limitedTo(SHA_256), SHA_384)).toBe('fails')
    expect(await check(limitedTo({ ...SHA_256, digest: 'sha-384' }), SHA_256)).toBe('fails')
    expect(await check(limitedTo({ ...SHA_256, mgfDigest: 'sha-1' }), SHA_256)).toBe('fails')
  })

  it('takes no PKCS#1 v1.5', async () => {
    const algorithm: SignatureAlgorithm = { kind: 'rsa-pkcs1', digest: 'sha-256' }
    const signature = new Uint8Array(sign('sha256', DATA, privateKey))
    const claim = { algorithm, signature, data: DATA }
    const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
    expect(await checkSignature({ ...claim, spki })).toBe('holds')
    expect(await checkSignature({ ...claim, spki: pssSpki() })).toBe('fails')
  })

  it('with a digest that is not known to us could not be checked', async () => {
    const unknown = contextExplicit(0, algorithmIdentifier('1.2.3'))
    expect(await check(pssSpki(sequence(unknown)), SHA_256)).toBe('unsupported')
  })

  it('cannot be read with an odd trailer, a digest with parameters, or something else', () => {
    const odd = sequence(contextExplicit(3, integer(2)))
    const parametric = sequence(contextExplicit(0, algorithmIdentifier('1.2.3', integer(1))))
    for (const parameters of [odd, parametric, integer(1), digestIdentifier('md5').slice(0, 3)]) {
      expect(() => parsePublicKey(pssSpki(parameters))).toThrow()
    }
  })

  it('is read as openssl writes it, and signs as it demands', () => {
    const limits = ['rsa_pss_keygen_md:sha384', 'rsa_pss_keygen_mgf1_md:sha384']
    const options = [...limits, 'rsa_pss_keygen_saltlen:48'].flatMap((text) => ['-pkeyopt', text])
    const key = openssl('.', ['genpkey', '-algorithm', 'RSA-PSS', ...options, '-outform', 'DER'])
    const spki = openssl('.', ['pkey', '-inform', 'DER', '-pubout', '-outform', 'DER'], key)
    expect(parsePublicKey(spki)).toMatchObject({ kind: 'rsa', pssOnly: SHA_384 })
    expect(usualScheme(parsePublicKey(spki))).toEqual({ scheme: 'rsa-pss', digest: 'sha-384' })
    const scheme = (spkiOf: Bytes) => usualScheme(parsePublicKey(spkiOf))
    expect(scheme(pssSpki())).toEqual({ scheme: 'rsa-pss', digest: 'sha-256' })
    expect(scheme(limitedTo({ ...SHA_256, saltLength: 33 }))).toBeNull()
    expect(scheme(pssSpki(sequence(contextExplicit(0, algorithmIdentifier('1.2.3')))))).toBeNull()
  })
})
