import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '#shared/bytes.ts'
import { fromHex } from '#test/support/hostile.ts'
import { hasWycheproof, wycheproofGroups, type WycheproofGroup } from '#test/support/wycheproof.ts'
import { encodeEcdsa } from './ecdsa-signature.ts'
import type { DigestName } from './digest.ts'
import { rsaSpki } from './public-key.ts'
import type { SignatureAlgorithm } from './signature-algorithm.ts'
import { checkSignature, type SignatureCheck, verifySignature } from './verify-signature.ts'

type ToAlgorithm = (group: WycheproofGroup) => SignatureAlgorithm

function digest(name: string): DigestName {
  return name.toLowerCase() as DigestName
}

const ecdsa: ToAlgorithm = ({ sha }) => ({ kind: 'ecdsa', digest: digest(sha) })
const rsa: ToAlgorithm = ({ sha }) => ({ kind: 'rsa-pkcs1', digest: digest(sha) })
const pss: ToAlgorithm = ({ sha, mgfSha = sha, sLen = 0 }) => ({
  kind: 'rsa-pss',
  digest: digest(sha),
  mgfDigest: digest(mgfSha),
  saltLength: sLen,
})

describe.skipIf(!hasWycheproof)('Wycheproof', () => {
  it.each([
    ['ecdsa_secp256r1_sha256', ecdsa],
    ['ecdsa_secp256r1_sha512', ecdsa],
    ['ecdsa_secp384r1_sha256', ecdsa],
    ['ecdsa_secp384r1_sha384', ecdsa],
    ['ecdsa_secp384r1_sha512', ecdsa],
    ['rsa_signature_2048_sha256', rsa],
    ['rsa_pss_2048_sha256_mgf1_0', pss],
    ['rsa_pss_2048_sha256_mgf1_32', pss],
    ['rsa_pss_2048_sha384_mgf1_48', pss],
    ['rsa_pss_2048_sha256_mgf1_0_params', pss],
    ['rsa_pss_2048_sha256_mgf1_32_params', pss],
  ] as const)('%s: valid holds, invalid does not', async (file, toAlgorithm) => {
    const wrong: string[] = []
    let seen = 0
    for (const group of wycheproofGroups(file)) {
      const spki = fromHex(group.publicKeyDer)
      for (const { tcId, comment, msg, sig, result } of group.tests) {
        const claim = {
          spki,
          algorithm: toAlgorithm(group),
          signature: fromHex(sig),
          data: fromHex(msg),
        }
        const holds = await verifySignature(claim)
        seen++
        if (result !== 'acceptable' && holds !== (result === 'valid'))
          wrong.push(`${tcId}: ${comment}`)
      }
    }
    expect(wrong).toEqual([])
    expect(seen).toBeGreaterThan(30)
  })

  it.each([
    ['ecdsa_secp256r1_sha256_p1363', 32],
    ['ecdsa_secp256r1_sha512_p1363', 32],
    ['ecdsa_secp384r1_sha384_p1363', 48],
    ['ecdsa_secp384r1_sha512_p1363', 48],
  ] as const)('%s, as tokens answer: valid holds, invalid does not', async (file, size) => {
    const wrong: number[] = []
    for (const group of wycheproofGroups(file)) {
      const spki = fromHex(group.publicKeyDer)
      for (const { tcId, msg, sig, result } of group.tests) {
        const raw = fromHex(sig)
        if (raw.length !== 2 * size) continue // no such pair of numbers: a token that gives it is refused before
        const claim = { spki, algorithm: ecdsa(group), data: fromHex(msg) }
        const holds = await verifySignature({ ...claim, signature: encodeEcdsa(raw) })
        if (holds !== (result === 'valid')) wrong.push(tcId)
      }
    }
    expect(wrong).toEqual([])
  })

  it.each([
    'rsa_pss_2048_sha1_mgf1_20',
    'rsa_pss_2048_sha1_mgf1_20_params',
    'rsa_pss_2048_sha256_mgf1sha1_20', // not by WebCrypto, which has one digest for both
  ])('%s: holds where valid, and is accepted nowhere', async (file) => {
    const wrong: number[] = []
    for (const group of wycheproofGroups(file)) {
      const spki = fromHex(group.publicKeyDer)
      for (const { tcId, msg, sig, result } of group.tests) {
        const signature = fromHex(sig)
        const claim = { spki, algorithm: pss(group), signature, data: fromHex(msg) }
        const holds = (await checkSignature(claim)) === 'holds'
        if (holds !== (result === 'valid') || (await verifySignature(claim))) wrong.push(tcId)
      }
    }
    expect(wrong).toEqual([])
  })
})

const DATA = new TextEncoder().encode('signed')

async function signed(
  parameters: RsaHashedKeyGenParams | EcKeyGenParams | { name: string; saltLength?: number },
): Promise<{ spki: Bytes; signature: Bytes }> {
  const pair = (await crypto.subtle.generateKey(parameters, true, ['sign'])) as CryptoKeyPair
  const signature = await crypto.subtle.sign(parameters, pair.privateKey, DATA)
  const spki = await crypto.subtle.exportKey('spki', pair.publicKey)
  return { spki: new Uint8Array(spki), signature: new Uint8Array(signature) }
}

const EXPONENT = Uint8Array.of(1, 0, 1)

describe('a signature', () => {
  it('by Ed25519 holds, and fails over other data', async () => {
    const claim = {
      ...(await signed({ name: 'Ed25519' })),
      algorithm: { kind: 'ed25519' } as const,
    }
    expect(await verifySignature({ ...claim, data: DATA })).toBe(true)
    expect(await verifySignature({ ...claim, data: DATA.subarray(1) })).toBe(false)
  })

  it('with SHA-1 or a short RSA key may hold, but is never accepted', async () => {
    const sha1 = {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-1',
      modulusLength: 2048,
      publicExponent: EXPONENT,
    }
    const short = { ...sha1, hash: 'SHA-256', modulusLength: 1024 }
    for (const [parameters, digest] of [
      [sha1, 'sha-1'],
      [short, 'sha-256'],
    ] as const) {
      const claim = {
        ...(await signed(parameters)),
        algorithm: { kind: 'rsa-pkcs1', digest } as const,
      }
      expect(await checkSignature({ ...claim, data: DATA })).toBe('holds')
      expect(await verifySignature({ ...claim, data: DATA })).toBe(false)
    }
  })

  it('by PSS with a salt longer than its key has room for fails', async () => {
    const parameters = { hash: 'SHA-256', modulusLength: 2048, publicExponent: EXPONENT }
    const claim = await signed({ name: 'RSA-PSS', saltLength: 32, ...parameters })
    const check = (saltLength: number) => {
      const algorithm = { kind: 'rsa-pss', digest: 'sha-256', mgfDigest: 'sha-256', saltLength }
      return checkSignature({ ...claim, algorithm: algorithm as SignatureAlgorithm, data: DATA })
    }
    expect(await check(32)).toBe('holds')
    for (const saltLength of [31, 223, 5000, 2 ** 31 - 1])
      expect(await check(saltLength)).toBe('fails')
  })

  it('under an RSA key that is larger than any honest one is not checked at all', async () => {
    const algorithm = { kind: 'rsa-pkcs1', digest: 'sha-256' } as const
    const check = (modulus: Bytes, exponent: Bytes) => {
      const spki = rsaSpki({ modulus, exponent })
      return checkSignature({ spki, algorithm, signature: new Uint8Array(256), data: DATA })
    }
    const ones = (length: number) => new Uint8Array(length).fill(255)
    expect(await check(ones(1024), EXPONENT)).toBe('fails')
    expect(await check(ones(1025), EXPONENT)).toBe('unsupported')
    expect(await check(ones(256), Uint8Array.of(1, 0, 0, 0, 1))).toBe('fails')
    expect(await check(ones(256), Uint8Array.of(3, 0, 0, 0, 1))).toBe('unsupported')
  })

  it('under a key of another kind fails; by an unknown algorithm, nobody can tell', async () => {
    const { spki, signature } = await signed({ name: 'Ed25519' })
    const algorithms: [SignatureAlgorithm, SignatureCheck][] = [
      [{ kind: 'rsa-pkcs1', digest: 'sha-256' }, 'fails'],
      [{ kind: 'rsa-pkcs1', digest: 'md5' }, 'fails'],
      [{ kind: 'ecdsa', digest: 'sha-256' }, 'fails'],
      [{ kind: 'ecdsa', digest: null }, 'unsupported'],
      [{ kind: 'other', oid: '1.2.3' }, 'unsupported'],
    ]
    for (const [algorithm, check] of algorithms) {
      expect(await checkSignature({ spki, algorithm, signature, data: DATA })).toBe(check)
      expect(await verifySignature({ spki, algorithm, signature, data: DATA })).toBe(false)
    }
  })

  it.each(['sha3-224', 'sha3-256', 'sha3-512'] as const)(
    'by ECDSA with %s holds, over its own data alone, and is accepted from 256 bits on',
    async (digest) => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
      const claim = {
        spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
        algorithm: { kind: 'ecdsa', digest } as const,
        signature: new Uint8Array(sign(digest, DATA, privateKey)),
      }
      expect(await checkSignature({ ...claim, data: DATA })).toBe('holds')
      expect(await verifySignature({ ...claim, data: DATA })).toBe(digest !== 'sha3-224')
      expect(await checkSignature({ ...claim, data: DATA.subarray(1) })).toBe('fails')
      expect(await checkSignature({ ...claim, signature: DATA, data: DATA })).toBe('fails')
    },
  )
})
