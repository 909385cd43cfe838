import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bytes, concat, sameBytes, utf8 } from '#shared/bytes.ts'
import type { ContentAlgorithm } from '#shared/contract/keys.ts'
import type { Certificate } from '#shared/x509/certificate.ts'
import { type Identity, OpensslPki } from '#test/support/openssl-pki.ts'
import { softwareUnwrap } from '#test/support/software-keys.ts'
import {
  type AuthEnvelopedData,
  encodeAuthEnvelopedData,
  parseAuthEnvelopedData,
} from './auth-enveloped-data.ts'
import { identifies } from './certificate-identifier.ts'
import {
  decryptContent,
  encryptContent,
  newContentKey,
  type WritableCipher,
} from './content-encryption.ts'
import { parseContentInfo } from './content-info.ts'
import { encryptContentKey, type RsaTransport } from './encrypt-content-key.ts'
import { encodeEnvelopedData, type EnvelopedData, parseEnvelopedData } from './enveloped-data.ts'
import { toWireRecipient } from './wire-recipient.ts'

const CONTENT = utf8('Content-Type: text/plain\r\n\r\n' + 'See you at nine.\r\n'.repeat(1000))

function recipient(name: string, kind: Identity['kind']): Identity {
  const keyUsage = kind === 'rsa-2048' ? 'keyEncipherment' : 'keyAgreement'
  return { name, kind, address: `${name}@example.com`, keyUsage }
}

let company: OpensslPki

beforeAll(() => {
  company = new OpensslPki([
    recipient('alice', 'rsa-2048'),
    recipient('bob', 'ec-p256'),
    recipient('carol', 'ec-p384'),
    recipient('dave', 'ec-p521'),
  ])
  company.write('content', CONTENT)
})
afterAll(() => company.remove())

type Envelope = EnvelopedData | AuthEnvelopedData

function parse(bytes: Bytes): Envelope {
  const { contentType, content } = parseContentInfo(bytes)
  return contentType === 'enveloped-data'
    ? parseEnvelopedData(content)
    : parseAuthEnvelopedData(content)
}

/** Opens with the private key of `name`, which stands in for the token. */
async function open(envelope: Envelope, name: string): Promise<Bytes> {
  const key = company.key(name)
  const { certificate } = key
  const entry = envelope.recipients.find(
    (info) => info.kind !== 'other' && identifies(info.identifier, certificate),
  )
  const contentKey = await softwareUnwrap([key])({
    keyId: name,
    recipient: toWireRecipient(entry!, certificate),
    contentAlgorithm: envelope.encryption.name as ContentAlgorithm,
    cmsDigest: () => Promise.resolve(new Uint8Array(32)),
  })
  return decryptContent(envelope, contentKey)
}

/** What openssl makes of the content for these people. */
function opensslEncrypts(names: readonly string[], ...options: string[]): Envelope {
  const recipients = names.flatMap((name) => ['-recip', `${name}.pem`])
  const how = ['-binary', '-in', 'content', '-outform', 'DER']
  return parse(company.openssl(['cms', '-encrypt', ...how, ...options, ...recipients]))
}

describe('a message encrypted by openssl', () => {
  it.each([
    ['alice', ['-aes-128-cbc'], 'aes-128-cbc'],
    ['alice', ['-aes-192-cbc'], 'aes-192-cbc'],
    ['alice', ['-aes-256-cbc', '-stream'], 'aes-256-cbc'],
    ['alice', ['-aes-256-gcm'], 'aes-256-gcm'],
    ['alice', ['-aes-128-gcm', '-stream'], 'aes-128-gcm'],
    ['alice', ['-aes-256-cbc', '-keyid'], 'aes-256-cbc'],
    ['bob', ['-aes-256-cbc'], 'aes-256-cbc'],
    ['bob', ['-aes-256-gcm', '-keyid'], 'aes-256-gcm'],
    ['carol', ['-aes-256-gcm'], 'aes-256-gcm'],
    ['dave', ['-aes-128-cbc'], 'aes-128-cbc'],
  ])('to %s with %j is opened', async (name, options, cipher) => {
    const envelope = opensslEncrypts([name], ...options)
    expect(envelope.encryption.name).toBe(cipher)
    expect(sameBytes(await open(envelope, name), CONTENT)).toBe(true)
  })

  it.each([
    ['ecdh_kdf_md:sha1'],
    ['ecdh_kdf_md:sha224'],
    ['ecdh_kdf_md:sha384'],
    ['ecdh_kdf_md:sha512'],
    ['ecdh_cofactor_mode:1'],
  ])('with the key agreement option %s is opened', async (option) => {
    const options = ['-recip', 'bob.pem', '-keyopt', option, '-aes256']
    expect(sameBytes(await open(opensslEncrypts([], ...options), 'bob'), CONTENT)).toBe(true)
  })

  it('with OAEP is opened: parameters left out, given, and both digests apart', async () => {
    for (const options of [
      [],
      ['rsa_oaep_md:sha1'],
      ['rsa_oaep_md:sha256'],
      ['rsa_oaep_md:sha384'],
      ['rsa_oaep_md:sha512'],
    ]) {
      const oaep = ['rsa_padding_mode:oaep', ...options].flatMap((option) => ['-keyopt', option])
      const envelope = opensslEncrypts([], '-recip', 'alice.pem', ...oaep, '-aes256')
      expect(sameBytes(await open(envelope, 'alice'), CONTENT)).toBe(true)
    }
    const apart = ['rsa_padding_mode:oaep', 'rsa_oaep_md:sha256', 'rsa_mgf1_md:sha1']
    const parameters = apart.flatMap((option) => ['-keyopt', option])
    const [info] = opensslEncrypts([], '-recip', 'alice.pem', ...parameters).recipients
    const algorithm = { kind: 'rsa-oaep', hash: 'sha-256', mgfHash: 'sha-1' }
    expect(info).toMatchObject({ kind: 'ktri', algorithm })
  })

  it('with an OAEP label is not read, and never as PKCS #1 v1.5', () => {
    const oaep = ['rsa_padding_mode:oaep', 'rsa_oaep_label:6c6162656c']
    const parameters = oaep.flatMap((option) => ['-keyopt', option])
    const { recipients } = opensslEncrypts([], '-recip', 'alice.pem', ...parameters)
    expect(recipients[0]).toMatchObject({ kind: 'ktri', algorithm: { kind: 'unsupported' } })
  })

  it('to several people is opened by each', async () => {
    const envelope = opensslEncrypts(['alice', 'bob', 'carol'], '-aes-256-cbc')
    expect(envelope.recipients).toHaveLength(3)
    for (const name of ['alice', 'bob', 'carol']) {
      expect(sameBytes(await open(envelope, name), CONTENT)).toBe(true)
    }
  })

  it('has its ciphertext as a view of the input where it lies in one piece', () => {
    const envelope = opensslEncrypts(['alice'], '-aes-256-cbc')
    expect(envelope.ciphertext.buffer.byteLength).toBeGreaterThan(envelope.ciphertext.length)
  })

  it.each([
    ['des-cbc', ['-des', '-provider', 'legacy', '-provider', 'default']],
    ['1.2.392.200011.61.1.1.1.2', ['-camellia128']],
  ])('with %s is unsupported by name', async (name, options) => {
    const envelope = opensslEncrypts(['alice'], ...options)
    expect(envelope.encryption.name).toBe(name)
    const opened = decryptContent(envelope, new Uint8Array(24))
    await expect(opened).rejects.toMatchObject({ code: 'cms/unsupported' })
  })

  it('is damaged with a wrong key or a changed octet, GCM everywhere and CBC in its padding', async () => {
    for (const option of ['-aes-256-gcm', '-aes-256-cbc']) {
      const envelope = opensslEncrypts(['alice'], option)
      const wrong = decryptContent(envelope, new Uint8Array(31))
      await expect(wrong).rejects.toMatchObject({ code: 'content/damaged' })
      const ciphertext = concat(envelope.ciphertext)
      ciphertext[option === '-aes-256-gcm' ? 0 : ciphertext.length - 17]! ^= 0xff
      const opened = open({ ...envelope, ciphertext }, 'alice')
      await expect(opened).rejects.toMatchObject({ code: 'content/damaged' })
    }
  })
})

/** Encrypts as a sender does. */
async function weEncrypt(
  names: readonly string[],
  cipher: WritableCipher,
  rsa: RsaTransport = 'rsa-pkcs1',
): Promise<Bytes> {
  const key = newContentKey(cipher)
  const certificates: Certificate[] = names.map((name) => company.key(name).certificate)
  const recipients = await Promise.all(
    certificates.map((certificate) => encryptContentKey(certificate, key, rsa)),
  )
  const encrypted = await encryptContent(cipher, key, CONTENT)
  return encrypted.kind === 'enveloped'
    ? encodeEnvelopedData({ recipients, ...encrypted })
    : encodeAuthEnvelopedData({ recipients, ...encrypted })
}

function opensslDecrypts(message: Bytes, name: string): Bytes {
  company.write('ours', message)
  const who = ['-recip', `${name}.pem`, '-inkey', `${name}.key`]
  return company.openssl(['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', 'ours', ...who])
}

describe('a message encrypted by us', () => {
  it.each([
    ['alice', 'aes-256-cbc', 'rsa-pkcs1'],
    ['alice', 'aes-128-cbc', 'rsa-oaep-sha1'],
    ['alice', 'aes-256-gcm', 'rsa-oaep-sha256'],
    ['alice', 'aes-128-gcm', 'rsa-pkcs1'],
    ['bob', 'aes-256-cbc', 'rsa-pkcs1'],
    ['bob', 'aes-256-gcm', 'rsa-pkcs1'],
    ['carol', 'aes-256-gcm', 'rsa-pkcs1'],
    ['dave', 'aes-192-cbc', 'rsa-pkcs1'],
  ] as const)('to %s with %s and %s is opened by openssl', async (name, cipher, rsa) => {
    const message = await weEncrypt([name], cipher, rsa)
    expect(sameBytes(opensslDecrypts(message, name), CONTENT)).toBe(true)
    expect(sameBytes(await open(parse(message), name), CONTENT)).toBe(true)
  })

  it('to several people is opened by each', async () => {
    const message = await weEncrypt(['alice', 'bob', 'carol', 'dave'], 'aes-256-gcm')
    for (const name of ['alice', 'bob', 'carol', 'dave']) {
      expect(sameBytes(opensslDecrypts(message, name), CONTENT)).toBe(true)
    }
  })

  it('does not open under the other type: an AEAD is not read as CBC, nor CBC as an AEAD', async () => {
    const gcm = parseContentInfo(await weEncrypt(['alice'], 'aes-256-gcm'))
    expect(() => parseEnvelopedData(gcm.content)).toThrow()
    const key = newContentKey('aes-256-gcm')
    const { encryption, ciphertext } = await encryptContent('aes-256-gcm', key, CONTENT)
    const relabelled = { recipients: [], encryption, ciphertext } as never
    const parsed = parse(encodeEnvelopedData(relabelled))
    expect(parsed.encryption).toEqual({ kind: 'unsupported', name: 'aes-256-gcm' })
    await expect(decryptContent(parsed, key)).rejects.toMatchObject({ code: 'cms/unsupported' })
  })
})
