import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
} from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { read } from '#shared/asn1/reader.ts'
import {
  bitString,
  contextExplicit,
  contextImplicit,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
} from '#shared/asn1/writer.ts'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { open } from '#shared/smime/open.ts'
import { seal } from '#shared/smime/seal.ts'
import { draftFrom } from '#test/support/drafts.ts'
import { type Identity, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, readerOf, textOf } from '#test/support/reading.ts'
import { issuerAndSerial } from './certificate-identifier.ts'
import { encryptContent, newContentKey } from './content-encryption.ts'
import { encryptContentKey } from './encrypt-content-key.ts'
import { encodeEnvelopedData } from './enveloped-data.ts'
import { readRecipientInfos } from './recipient-info.ts'
import { toWireRecipient } from './wire-recipient.ts'

const [ERIN, BOB, ALICE] = (
  [
    ['erin', 'x25519', 'keyAgreement'],
    ['bob', 'ec-p256', 'keyAgreement'],
    ['alice', 'rsa-2048', 'keyEncipherment'],
  ] as const
).map(([name, kind, keyUsage]): Identity => ({
  name,
  kind,
  keyUsage,
  address: `${name}@example.com`,
}))
let pki: OpensslPki
beforeAll(() => {
  pki = new OpensslPki([ERIN!, BOB!, ALICE!])
})
afterAll(() => pki.remove())

const WRAP_AES_256 = sequence(oid('2.16.840.1.101.3.4.1.45'))
const IV = Buffer.alloc(8, 0xa6) // RFC 3394 §2.2.3

function sharedInfo(ukm: Uint8Array | null): Uint8Array {
  const entity = ukm === null ? [] : [contextExplicit(0, octetString(ukm))]
  return sequence(
    WRAP_AES_256,
    ...entity,
    contextExplicit(2, octetString(Uint8Array.of(0, 0, 1, 0))),
  )
}

/** The key-encryption key by node:crypto, the hand that is not ours. */
function kekOf(scheme: string, secret: Buffer, ukm: Uint8Array | null): Buffer {
  const [kind, hash] = scheme.split(' ') as [string, string]
  const info = sharedInfo(ukm)
  if (kind === 'hkdf') return Buffer.from(hkdfSync(hash, secret, ukm ?? '', info, 32))
  const first = createHash(hash)
    .update(secret)
    .update(Uint8Array.of(0, 0, 0, 1))
    .update(info)
  return first.digest().subarray(0, 32)
}

/** A recipient entry for Erin that node:crypto wrote. */
function entryFor(contentKey: Bytes, scheme: string, dotted: string, ukm: Uint8Array | null) {
  const erin = pki.key('erin').certificate
  const publicKey = createPublicKey({ key: Buffer.from(erin.spki), format: 'der', type: 'spki' })
  const sender = generateKeyPairSync('x25519')
  const secret = diffieHellman({ privateKey: sender.privateKey, publicKey })
  const cipher = createCipheriv('id-aes256-wrap', kekOf(scheme, secret, ukm), IV)
  const wrapped = Buffer.concat([cipher.update(contentKey), cipher.final()])
  const point = sender.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return entry(point, dotted, wrapped, ukm)
}

function entry(point: Uint8Array, dotted: string, wrapped: Uint8Array, ukm: Uint8Array | null) {
  const originator = sequence(sequence(oid('1.3.101.110')), bitString(point))
  const fields = sequence(
    integer(3),
    contextExplicit(0, contextImplicit(1, originator)),
    ...(ukm === null ? [] : [contextExplicit(1, octetString(ukm))]),
    sequence(oid(dotted), WRAP_AES_256),
    sequence(sequence(issuerAndSerial(pki.key('erin').certificate), octetString(wrapped))),
  )
  return contextImplicit(1, fields)
}

async function envelope(recipients: readonly Bytes[], key: Bytes): Promise<Bytes> {
  const content = utf8('Content-Type: text/plain\r\n\r\nOn another curve.\r\n')
  const encrypted = await encryptContent('aes-256-cbc', key, content)
  if (encrypted.kind !== 'enveloped') throw new TypeError('not CBC')
  return encodeEnvelopedData({ ...encrypted, recipients })
}

const SCHEMES: [string, string][] = [
  ['x963 sha256', '1.3.132.1.11.1'],
  ['x963 sha384', '1.3.132.1.11.2'],
  ['x963 sha512', '1.3.132.1.11.3'],
  ['hkdf sha256', '1.2.840.113549.1.9.16.3.19'],
  ['hkdf sha384', '1.2.840.113549.1.9.16.3.20'],
  ['hkdf sha512', '1.2.840.113549.1.9.16.3.21'],
]

describe('a message to an X25519 key', () => {
  for (const ukm of [null, utf8('sixty-four octets of keying material, or fewer')]) {
    it.each(SCHEMES)(
      `that node:crypto wrote is opened: %s ${ukm === null ? 'without' : 'with'} keying material`,
      async (scheme, dotted) => {
        const key = newContentKey('aes-256-cbc')
        const bytes = await envelope([entryFor(key, scheme, dotted, ukm)], key)
        const message = await openAs(bytes, [pki.key('erin')], [pki.ca])
        expect(message.encryption.kind).toBe('decrypted')
        expect(textOf(message)).toBe('On another curve.')
      },
    )
  }

  it('that Postern wrote is opened by node:crypto', async () => {
    const key = newContentKey('aes-256-gcm')
    const erin = pki.key('erin')
    const written = await encryptContentKey(erin.certificate, key, 'rsa-pkcs1')
    const [info] = readRecipientInfos(read(setOf(written), 'der'))
    if (info?.kind !== 'kari' || info.originator.kind !== 'x25519') throw new TypeError('not kari')
    expect(info.algorithm).toEqual({ kind: 'ecdh', scheme: 'dh-std-hkdf-sha256', wrap: 'aes-256' })
    const jwk = {
      kty: 'OKP',
      crv: 'X25519',
      x: Buffer.from(info.originator.key).toString('base64url'),
    }
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
    const secret = diffieHellman({ privateKey: erin.privateKey, publicKey })
    const cipher = createDecipheriv('id-aes256-wrap', kekOf('hkdf sha256', secret, null), IV)
    const unwrapped = Buffer.concat([cipher.update(info.encryptedKey), cipher.final()])
    expect(new Uint8Array(unwrapped)).toEqual(key)
  })

  it('is opened by each of its recipients, whatever their keys', async () => {
    const names = ['erin', 'bob', 'alice']
    const to = names.map((name) => pki.key(name).certificate)
    const how = { sign: null, form: 'detached', encrypt: { to, content: 'aes-256-gcm' } } as const
    const bytes = await seal(draftFrom(), how)
    for (const name of names) {
      const message = await openAs(bytes, [pki.key(name)], [pki.ca])
      expect(message.encryption).toMatchObject({ kind: 'decrypted', keyId: name })
    }
    for (const name of ['bob', 'alice']) {
      const args = ['cms', '-decrypt', '-recip', `${name}.pem`, '-inkey', `${name}.key`]
      expect(new TextDecoder().decode(pki.openssl(args, bytes))).toContain('Secret text.')
    }
  })

  it.each([
    ['of low order', new Uint8Array(32)],
    ['of another length', new Uint8Array(31).fill(9)],
  ])('shows nothing when the sender’s key is %s', async (_name, point) => {
    const key = newContentKey('aes-256-cbc')
    const wrapped = new Uint8Array(40)
    const bytes = await envelope([entry(point, SCHEMES[3]![1], wrapped, null)], key)
    const message = await openAs(bytes, [pki.key('erin')], [pki.ca])
    expect(['damaged', 'unsupported']).toContain(message.encryption.kind)
    expect(message.body).toEqual([])
  })

  it('is unsupported, by name, where the key service has no such keys', async () => {
    const key = newContentKey('aes-256-cbc')
    const bytes = await envelope([entryFor(key, ...SCHEMES[3]!, null)], key)
    const { PosternError } = await import('#shared/errors.ts')
    const reader = readerOf([pki.key('erin')], [pki.ca])
    const unwrap = () => Promise.reject(new PosternError('hsm/unsupported', 'No such key.'))
    expect((await open(bytes, { ...reader, unwrap })).encryption.kind).toBe('unsupported')
  })

  it('fits no key of another kind', () => {
    const key = newContentKey('aes-256-cbc')
    const [info] = readRecipientInfos(read(setOf(entryFor(key, ...SCHEMES[0]!, null)), 'der'))
    expect(() => toWireRecipient(info!, pki.key('bob').certificate)).toThrow(
      expect.objectContaining({ code: 'cms/malformed' }),
    )
    const [hkdf] = readRecipientInfos(read(setOf(entryFor(key, ...SCHEMES[3]!, null)), 'der'))
    const onCurve = { ...hkdf!, originator: { kind: 'ec', curve: 'p256', point: concat() } }
    expect(() => toWireRecipient(onCurve as typeof info & {}, pki.key('bob').certificate)).toThrow(
      expect.objectContaining({ code: 'cms/unsupported' }),
    )
  })
})
