import { sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import type { DigestAlgorithm, SignatureScheme } from '#shared/contract/keys.ts'
import { digestOf } from '#shared/x509/digest.ts'
import { type Identity, OpensslPki } from '#test/support/openssl-pki.ts'
import { parseContentInfo } from './content-info.ts'
import { buildSignedAttributes } from './signed-attributes.ts'
import { encodeSignedData, parseSignedData, type SignedData } from './signed-data.ts'
import { encodeSigningCertificate } from './signing-certificate.ts'
import { type SignerVerdict, verifySignerInfo } from './verify-signer-info.ts'

const CONTENT = utf8('Content-Type: text/plain\r\n\r\nSee you at nine.\r\n')

function signer(name: string, kind: Identity['kind']): Identity {
  return { name, kind, address: `${name}@example.com`, keyUsage: 'digitalSignature' }
}

let company: OpensslPki

beforeAll(() => {
  company = new OpensslPki([
    signer('alice', 'rsa-2048'),
    signer('bob', 'ec-p256'),
    signer('carol', 'ec-p384'),
    signer('dave', 'rsa-1024'),
  ])
  company.write('content', CONTENT)
})
afterAll(() => company.remove())

function parse(bytes: Bytes): SignedData {
  return parseSignedData(parseContentInfo(bytes).content)
}

/** What openssl makes of the content: a detached signature, unless told otherwise. */
function opensslSigns(name: string, ...options: string[]): SignedData {
  const who = ['-signer', `${name}.pem`, '-inkey', `${name}.key`]
  const how = ['-binary', '-in', 'content', '-outform', 'DER']
  return parse(company.openssl(['cms', '-sign', ...how, ...who, ...options]))
}

async function verify(
  { signers, contentType, certificates }: SignedData,
  content = CONTENT,
): Promise<SignerVerdict> {
  return verifySignerInfo({ signer: signers[0]!, contentType, content, certificates })
}

describe('a signature made by openssl', () => {
  it.each([
    ['alice', ['-md', 'sha256'], 'RSA with SHA-256'],
    ['alice', ['-md', 'sha512'], 'RSA with SHA-512'],
    ['alice', ['-md', 'sha384', '-keyopt', 'rsa_padding_mode:pss'], 'RSA-PSS with SHA-384'],
    ['alice', ['-md', 'sha256', '-keyid'], 'RSA with SHA-256'],
    ['alice', ['-md', 'sha256', '-cades'], 'RSA with SHA-256'],
    ['bob', ['-md', 'sha256'], 'ECDSA with SHA-256'],
    ['carol', ['-md', 'sha384'], 'ECDSA with SHA-384'],
  ])('of %s with %j holds', async (signer, options, name) => {
    const verdict = await verify(opensslSigns(signer, ...options))
    expect(verdict).toMatchObject({ kind: 'holds', weak: null, signatureAlgorithm: name })
    expect(verdict.certificate?.addresses).toEqual([`${signer}@example.com`])
    expect(Math.abs(Date.now() - Number(verdict.signingTime))).toBeLessThan(60_000)
    expect(verdict.checks.every(({ ok }) => ok)).toBe(true)
  })

  it('carries its content where it is opaque, in DER and in BER of indefinite length', async () => {
    for (const options of [['-nodetach'], ['-nodetach', '-stream']]) {
      const signed = opensslSigns('alice', ...options)
      expect(signed.content).toEqual(CONTENT)
      expect(await verify(signed, signed.content!)).toMatchObject({ kind: 'holds' })
    }
  })

  it('is verified once for each of several signers', async () => {
    const second = ['-signer', 'bob.pem', '-inkey', 'bob.key']
    const signed = opensslSigns('alice', ...second)
    const verdicts = await Promise.all(
      signed.signers.map((signer) => verifySignerInfo({ ...signed, signer, content: CONTENT })),
    )
    expect(verdicts.map(({ kind }) => kind)).toEqual(['holds', 'holds'])
    const addresses = verdicts.map(({ certificate }) => certificate?.addresses[0])
    expect(addresses.sort()).toEqual(['alice@example.com', 'bob@example.com'])
  })

  it.each([
    ['alice', ['-md', 'sha1'], 'sha-1'],
    ['dave', ['-md', 'sha256'], 'rsa-1024'],
  ])('of %s with %j holds, but is called weak', async (signer, options, weak) => {
    expect(await verify(opensslSigns(signer, ...options))).toMatchObject({ kind: 'holds', weak })
  })

  it('is of a broken structure without signed attributes', async () => {
    const verdict = await verify(opensslSigns('alice', '-noattr'))
    expect(verdict).toMatchObject({ kind: 'broken', reason: 'structure' })
  })

  it('says that the content changed', async () => {
    const verdict = await verify(opensslSigns('alice'), utf8('See you at ten.'))
    expect(verdict).toMatchObject({ kind: 'broken', reason: 'content-changed' })
  })

  it('says that the certificate is missing', async () => {
    const verdict = await verify(opensslSigns('alice', '-nocerts'))
    expect(verdict).toMatchObject({ kind: 'broken', reason: 'signer-certificate-missing' })
  })

  it('does not hold over another content type', async () => {
    const signed = opensslSigns('alice', '-econtent_type', '1.2.840.113549.1.9.16.1.4')
    expect(await verify(signed)).toMatchObject({ kind: 'broken', reason: 'structure' })
    const relabelled = { ...signed, contentType: '1.2.840.113549.1.7.1' }
    expect(await verify(relabelled)).toMatchObject({ kind: 'broken', reason: 'structure' })
  })

  it('does not hold with another certificate of the same name and number', async () => {
    const signed = opensslSigns('alice')
    const { publicKey, spki, keyKind } = company.key('bob').certificate
    const impostor = { ...company.key('alice').certificate, publicKey, spki, keyKind }
    const verdict = await verify({ ...signed, certificates: [impostor] })
    expect(verdict.kind).toBe('broken')
  })

  it('holds with one of five certificates of a name and number, and no more are tried', async () => {
    const signed = opensslSigns('alice', '-nocerts')
    const own = company.key('alice').certificate
    const { publicKey, spki, keyKind } = company.key('bob').certificate
    const among = async (impostors: number) => {
      const others = Array.from({ length: impostors }, () => ({ ...own, publicKey, spki, keyKind }))
      return (await verify({ ...signed, certificates: [...others, own] })).kind
    }
    expect(await among(4)).toBe('holds')
    expect(await among(5)).toBe('broken')
  })

  it('fails with any octet of attributes or signature changed', async () => {
    const signed = opensslSigns('bob')
    const signer = signed.signers[0]!
    for (let at = 0; at < signer.signedAttributes!.length; at += 7) {
      const signedAttributes = changed(signer.signedAttributes!, at)
      const verdict = await verify({ ...signed, signers: [{ ...signer, signedAttributes }] })
      expect(verdict.kind).toBe('broken')
    }
    for (let at = 0; at < signer.signature.length; at += 5) {
      const signature = changed(signer.signature, at)
      const verdict = await verify({ ...signed, signers: [{ ...signer, signature }] })
      expect(verdict).toMatchObject({ kind: 'broken', reason: 'signature-mismatch' })
    }
  })
})

function changed(bytes: Bytes, at: number): Bytes {
  const copy = concat(bytes)
  copy[at]! ^= 1
  return copy
}

/** Signs as the key service does, with a key in memory. */
async function weSign(
  name: string,
  scheme: SignatureScheme,
  digestAlgorithm: DigestAlgorithm,
  content: Bytes | null,
): Promise<Bytes> {
  const { certificate, privateKey } = company.key(name)
  const signedAttributes = buildSignedAttributes({
    digestAlgorithm,
    messageDigest: await digestOf(digestAlgorithm, CONTENT),
    signingTime: new Date(),
    signingCertificate: await encodeSigningCertificate(certificate),
    scheme,
  })
  const signature = Uint8Array.from(
    sign(digestAlgorithm.replace('-', ''), signedAttributes, privateKey),
  )
  const certificates = [certificate.der, company.ca.der]
  const how = { digestAlgorithm, scheme, signedAttributes, signature, content }
  return encodeSignedData({ certificates, ...how })
}

describe('a signature made by us', () => {
  it.each([
    ['alice', 'rsa-pkcs1', 'sha-256'],
    ['alice', 'rsa-pkcs1', 'sha-512'],
    ['bob', 'ecdsa', 'sha-256'],
    ['carol', 'ecdsa', 'sha-384'],
  ] as const)('by %s with %s and %s is accepted by openssl', async (name, scheme, digest) => {
    const detached = await weSign(name, scheme, digest, null)
    company.write('ours', detached)
    const opaque = await weSign(name, scheme, digest, CONTENT)
    company.write('ours-opaque', opaque)
    const trust = ['-CAfile', 'ca.pem', '-purpose', 'smimesign']
    const how = ['cms', '-verify', '-inform', 'DER', '-binary', ...trust]
    expect(company.openssl([...how, '-in', 'ours', '-content', 'content'])).toEqual(CONTENT)
    expect(company.openssl([...how, '-in', 'ours-opaque'])).toEqual(CONTENT)
    expect(await verify(parse(detached))).toMatchObject({ kind: 'holds', weak: null })
  })

  it('tells openssl what we can read, and which certificate is ours', async () => {
    company.write('ours', await weSign('alice', 'rsa-pkcs1', 'sha-256', null))
    const print = ['cms', '-cmsout', '-print', '-noout', '-inform', 'DER', '-in', 'ours']
    const text = Buffer.from(company.openssl([...print])).toString()
    for (const word of [
      'aes-256-gcm',
      'id-smime-aa-signingCertificateV2',
      '1.2.840.113549.1.9.52',
    ]) {
      expect(text).toContain(word)
    }
  })
})
