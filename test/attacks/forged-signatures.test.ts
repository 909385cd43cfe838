import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import {
  encodedSignerOf,
  forgedSignedData,
  forgedSignerInfo,
  honestSignedData,
  signerOf,
} from '#test/support/forged-signature.ts'
import { mailAround, parted, rawMail, signedMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki([
  ...CORRESPONDENTS,
  { name: 'weak', address: 'alice@example.com', kind: 'rsa-1024', keyUsage: 'digitalSignature' },
  {
    name: 'server',
    address: 'alice@example.com',
    kind: 'ec-p256',
    keyUsage: 'digitalSignature',
    extensions: ['extendedKeyUsage=serverAuth'],
  },
])
afterAll(() => pki.remove())

const CONTENT = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')
const FORGED = utf8('Content-Type: text/plain\r\n\r\nYou are fired.\r\n')
const alice = pki.key('alice-sign')
const read = (bytes: Bytes) => openAs(bytes, [], [pki.ca])
const detached = (content = CONTENT) => honestSignedData(alice, content, { detached: true })

describe('a message that nobody tampered with', () => {
  it('is valid, so that what follows means something', async () => {
    expect((await read(signedMail(CONTENT, await detached()))).signature.kind).toBe('valid')
    const opaque = mailAround(await honestSignedData(alice, CONTENT), 'signed-data')
    expect((await read(opaque)).signature.kind).toBe('valid')
  })
})

describe('signed attributes passed off as content', () => {
  const variants = ['alice-sign', 'bob-sign', 'carol-sign'].flatMap((name) =>
    (['sha-256', 'sha-384', 'sha-512'] as const).flatMap((digest) =>
      (['detached', 'opaque'] as const).map((form) => ({ name, digest, form })),
    ),
  )

  it.each(variants)('is broken: $name, $digest, $form', async ({ name, digest, form }) => {
    const key = pki.key(name)
    const signer = signerOf(await honestSignedData(key, CONTENT, { digest }))
    const content = signer.signedAttributes!
    const object = forgedSignedData({
      content: form === 'opaque' ? content : null,
      certificates: [key.certificate.der],
      signerInfos: [forgedSignerInfo(key, signer, null)],
    })
    const mail = form === 'opaque' ? mailAround(object, 'signed-data') : signedMail(content, object)
    expect((await read(mail)).signature).toMatchObject({ kind: 'broken', reason: 'structure' })
  })
})

describe('a detached signature with content of its own', () => {
  it.each([
    ['the same', CONTENT],
    ['another', FORGED],
  ])('is broken: %s', async (_name, shown) => {
    const message = await read(signedMail(shown, await honestSignedData(alice, CONTENT)))
    expect(message.signature).toMatchObject({ kind: 'broken', reason: 'structure' })
  })
})

describe('signers', () => {
  it('none at all is broken', async () => {
    const object = forgedSignedData({
      content: null,
      certificates: [alice.certificate.der],
      signerInfos: [],
    })
    const message = await read(signedMail(FORGED, object))
    expect(message.signature).toMatchObject({ kind: 'broken', reason: 'structure' })
    expect(textOf(message)).toBe('You are fired.')
  })

  it('a good one does not make up for one that signed something else', async () => {
    const object = forgedSignedData({
      content: null,
      certificates: [alice.certificate.der],
      signerInfos: [encodedSignerOf(await detached()), encodedSignerOf(await detached(FORGED))],
    })
    expect((await read(signedMail(CONTENT, object))).signature).toMatchObject({
      kind: 'broken',
      reason: 'content-changed',
      signers: [{}, {}],
    })
  })

  it('a changed text, a changed signature and a missing certificate each say so', async () => {
    const object = await detached()
    const signer = encodedSignerOf(object)
    const flipped = signer.slice()
    flipped[flipped.length - 9]! ^= 1
    const certificates = [alice.certificate.der]
    const broken = (reason: string) =>
      expect.objectContaining({ kind: 'broken', reason }) as unknown
    const forged = (infos: Bytes[], from = certificates) =>
      signedMail(
        CONTENT,
        forgedSignedData({ content: null, certificates: from, signerInfos: infos }),
      )
    expect((await read(signedMail(FORGED, object))).signature).toEqual(broken('content-changed'))
    expect((await read(forged([flipped]))).signature).toEqual(broken('signature-mismatch'))
    expect((await read(forged([signer], []))).signature).toEqual(
      broken('signer-certificate-missing'),
    )
  })
})

describe('the sender', () => {
  it.each([
    ['another address', ['From: bob@example.com']],
    ['no From', ['To: alice@example.com']],
    ['an empty From', ['From: ']],
    ['two From fields', ['From: alice@example.com', 'From: bob@example.com']],
    ['two in one field', ['From: Bob <bob@example.com>, Alice <alice@example.com>']],
    ['an unquoted address as a name', ['From: bob@example.com <alice@example.com>']],
    ['the right one only as a name', ['From: "alice@example.com" <bob@example.com>']],
    [
      'the right one only as an encoded name',
      ['From: =?utf-8?Q?alice=40example.com?= <bob@example.com>'],
    ],
    ['the right one only as a comment', ['From: bob@example.com (alice@example.com)']],
    ['the right one only in Sender', ['From: bob@example.com', 'Sender: alice@example.com']],
    ['a look-alike', ['From: alicе@example.com']],
    ['a longer domain', ['From: alice@example.com.example.org']],
    ['another in the name of a group', ['From: bob@example.com:alice@example.com;']],
    ['a route through the right one', ['From: <@alice@example.com:bob@example.com>']],
  ])('is wrong: %s', async (_name, fields) => {
    const message = await read(signedMail(CONTENT, await detached(), fields))
    expect(message.signature).toMatchObject({ kind: 'wrong-sender', reason: 'address-mismatch' })
  })

  it.each([
    'From: ALICE@Example.COM',
    'From: "bob@example.com" <alice@example.com>',
    'From: Alice <alice@example.com> (Bob)',
  ])('is right: %s', async (field) => {
    const message = await read(signedMail(CONTENT, await detached(), [field]))
    expect(message.signature.kind).toBe('valid')
  })
})

describe('trust', () => {
  it('is not given to weak keys, other uses, strangers, or another time', async () => {
    const verdict = async (name: string, anchors = [pki.ca]) => {
      const object = await honestSignedData(pki.key(name), CONTENT, { detached: true })
      return (await openAs(signedMail(CONTENT, object), [], anchors)).signature
    }
    const untrusted = (reason: string) =>
      expect.objectContaining({ kind: 'untrusted', reason }) as unknown
    expect(await verdict('weak')).toEqual(untrusted('weak-algorithm'))
    expect(await verdict('server')).toEqual(untrusted('not-for-email'))
    expect(await verdict('alice')).toEqual(untrusted('not-for-email'))
    expect(await verdict('alice-sign', [])).toEqual(untrusted('unknown-issuer'))
  })

  it.each([
    [59, 'valid'],
    [-59, 'valid'],
    [61, 'untrusted'],
    [-61, 'untrusted'],
  ])('a Date %i minutes from the signing time is %s', async (minutes, kind) => {
    const at = new Date('2026-01-02T03:04:05Z')
    const object = await honestSignedData(alice, CONTENT, { detached: true, at })
    const date = new Date(at.getTime() + minutes * 60_000).toUTCString()
    const fields = ['From: alice@example.com', `Date: ${date}`]
    expect((await read(signedMail(CONTENT, object, fields))).signature.kind).toBe(kind)
  })
})

describe('what the signature covers', () => {
  it('must be the whole message: a signed part below another gives none', async () => {
    const part = signedMail(CONTENT, await detached(), [])
    const note = utf8('Content-Type: text/plain\r\n\r\nYou are fired.\r\n')
    const inner = new TextDecoder('latin1')
      .decode(part)
      .replaceAll('--b', '--c')
      .replace('boundary=b', 'boundary=c')
    const fields = ['From: alice@example.com', 'Content-Type: multipart/mixed; boundary=b']
    const message = await read(rawMail(fields, parted(note, utf8(inner))))
    expect(message).toMatchObject({ signature: { kind: 'none' }, layers: [] })
    expect(textOf(message)).toContain('You are promoted.')
  })

  it('must have no third part beside it', async () => {
    const [head, ...rest] = new TextDecoder('latin1')
      .decode(signedMail(CONTENT, await detached()))
      .split('--b\r\n')
    const third = 'Content-Type: text/plain\r\n\r\nYou are fired.\r\n'
    const mail = utf8([head, third, ...rest].join('--b\r\n'))
    expect((await read(mail)).signature).toMatchObject({ kind: 'broken', reason: 'structure' })
  })

  it('does not change with line ends or with what surrounds the parts', async () => {
    const mail = new TextDecoder('latin1').decode(signedMail(CONTENT, await detached()))
    expect((await read(utf8(mail.replaceAll('\r\n', '\n')))).signature.kind).toBe('valid')
    const around = concat(
      utf8(mail.replace('--b\r\n', 'Preamble: read me\r\n--b\r\n')),
      utf8('epilogue'),
    )
    expect((await read(around)).signature.kind).toBe('valid')
  })

  it('is what is shown and saved, where line ends were changed on the way', async () => {
    const file =
      'Content-Type: application/zip\r\nContent-Transfer-Encoding: binary\r\n\r\nPK\r\nAB'
    const object = await honestSignedData(alice, utf8(file), { detached: true })
    const message = await read(signedMail(utf8(file.replace('PK\r\n', 'PK\n')), object))
    expect(message.signature.kind).toBe('valid')
    expect(message.attachments.map(({ bytes }) => bytes)).toEqual([utf8('PK\r\nAB')])
  })

  it('is told by the second part where the protocol is missing, and is not ours where it is OpenPGP', async () => {
    const mail = new TextDecoder('latin1').decode(signedMail(CONTENT, await detached()))
    const protocol = 'protocol="application/pkcs7-signature"; '
    expect((await read(utf8(mail.replace(protocol, '')))).signature.kind).toBe('valid')
    const pgp = mail.replace(protocol, 'protocol="application/pgp-signature"; ')
    expect((await read(utf8(pgp))).signature.kind).toBe('none')
  })
})
