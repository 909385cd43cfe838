import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { encryptContent } from '#shared/cms/content-encryption.ts'
import { encryptContentKey } from '#shared/cms/encrypt-content-key.ts'
import { encodeEnvelopedData } from '#shared/cms/enveloped-data.ts'
import { PosternError } from '#shared/errors.ts'
import { open } from '#shared/smime/open.ts'
import type { Certificate } from '#shared/x509/certificate.ts'
import { envelopeTo } from '#test/support/envelopes.ts'
import { cmsPart, mailAround } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { readerOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
const alice = pki.key('alice')
const bob = pki.key('bob')
const SECRET = utf8('Content-Type: text/plain\r\n\r\nThe secret plan.\r\n')
afterAll(() => pki.remove())

/** One more layer around the content, with entries for Bob of which only the last has the right key. */
async function wrapped(content: Bytes, wrongEntries: number): Promise<Bytes> {
  const key = crypto.getRandomValues(new Uint8Array(32))
  const keys = [...Array.from({ length: wrongEntries }, () => new Uint8Array(32)), key]
  const recipients: Bytes[] = []
  for (const each of keys)
    recipients.push(await encryptContentKey(bob.certificate, each, 'rsa-pkcs1'))
  const encrypted = await encryptContent('aes-256-cbc', key, content)
  if (encrypted.kind !== 'enveloped') throw new TypeError('CBC came out authenticated')
  return encodeEnvelopedData({ recipients, ...encrypted })
}

async function openCounting(object: Bytes) {
  const reader = readerOf([bob], [])
  let unwraps = 0
  const unwrap: typeof reader.unwrap = (request) => {
    unwraps++
    return reader.unwrap(request)
  }
  const mail = mailAround(object, 'enveloped-data')
  return { message: await open(mail, { ...reader, unwrap }), unwraps: () => unwraps }
}

const CONTENT = utf8('Content-Type: text/plain\r\n\r\nsecret\r\n')

describe('operations of the token for one message', () => {
  it('are eight at most, whatever the layers and entries', async () => {
    let object = CONTENT
    for (let layer = 0; layer < 9; layer++) object = await wrapped(object, 0)
    const { message, unwraps } = await openCounting(object)
    expect(unwraps()).toBe(8)
    expect(message.layers).toHaveLength(9)
    expect(message).toMatchObject({ body: [], encryption: { kind: 'unsupported' } })
  })

  it('are enough for entries to several past keys in two layers', async () => {
    const { message } = await openCounting(await wrapped(await wrapped(CONTENT, 3), 3))
    expect(message).toMatchObject({
      body: [{ text: 'secret\n' }],
      encryption: { kind: 'decrypted' },
    })
  })
})

describe('what a message costs the key service', () => {
  it('is bounded: a thousand entries for one key cause few requests', async () => {
    const reader = readerOf([alice], [pki.ca])
    const unwrap = vi.fn(() => Promise.resolve(new Uint8Array(32)))
    const object = await envelopeTo(
      Array<Certificate>(200).fill(alice.certificate),
      SECRET,
      'aes-256-gcm',
    )
    const message = await open(mailAround(object, 'authEnveloped-data'), { ...reader, unwrap })
    expect(message.encryption.kind).toBe('damaged')
    expect(unwrap.mock.calls.length).toBeLessThanOrEqual(4)
  })

  it('is bounded: fourteen envelopes in each other are not all opened', async () => {
    let content = SECRET
    for (let layer = 0; layer < 14; layer++)
      content = cmsPart(await envelopeTo([alice.certificate], content), 'enveloped-data')
    const reader = readerOf([alice], [pki.ca])
    const unwrap = vi.fn(reader.unwrap)
    const mail = concat(utf8('From: alice@example.com\r\n'), content)
    const message = await open(mail, { ...reader, unwrap })
    expect(message).toMatchObject({ encryption: { kind: 'unsupported' }, body: [] })
    expect(unwrap.mock.calls.length).toBeLessThanOrEqual(10)
  })

  it('is let through when it stops us: switched off, offline', async () => {
    const reader = readerOf([alice], [pki.ca])
    for (const code of ['key/disabled', 'network/offline', 'session/expired'] as const) {
      const unwrap = () => Promise.reject(new PosternError(code, 'stopped'))
      const opening = open(
        mailAround(await envelopeTo([alice.certificate], SECRET), 'enveloped-data'),
        { ...reader, unwrap },
      )
      await expect(opening).rejects.toMatchObject({ code })
    }
  })
})
