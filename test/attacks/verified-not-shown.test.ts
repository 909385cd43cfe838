import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { canonicalLines } from '#shared/mime/canonical.ts'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import { anyChanges, changed } from '#test/support/changes.ts'
import { honestSignedData } from '#test/support/forged-signature.ts'
import { mailAround, rawMail, signedMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, savedFiles } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const alice = pki.key('alice-sign')
const read = (bytes: Bytes) => openAs(bytes, [], [pki.ca])
/** All that a reader sees or saves. */
const shown = async (message: OpenedMessage) => ({
  body: message.body,
  files: await savedFiles(message),
})

const CONTENT = utf8(
  'Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain\r\n\r\n' +
    'You are promoted.\r\n--c\r\nContent-Type: application/x-a; name=a.bin\r\n\r\nFile.\r\n--c--\r\n',
)
const detached = async (content: Bytes) =>
  signedMail(content, await honestSignedData(alice, content, { detached: true }))
const opaque = async (content: Bytes) =>
  mailAround(await honestSignedData(alice, content), 'signed-data')

describe('a signed message that was changed anywhere', () => {
  it.each([
    ['detached', detached],
    ['opaque', opaque],
  ])('either is not valid, or shows what it showed before: %s', async (_form, make) => {
    const mail = await make(CONTENT)
    const before = await shown(await read(mail))
    expect(before).toMatchObject({ body: [{}], files: [{}] })
    await fc.assert(
      fc.asyncProperty(anyChanges, async (changes) => {
        const message = await read(changed(mail, changes))
        if (message.signature.kind === 'valid') expect(await shown(message)).toEqual(before)
      }),
      { numRuns: 500 },
    )
  })

  it('is not valid with any octet of the content changed', async () => {
    const mail = await detached(CONTENT)
    const start = mail.length - (await detached(new Uint8Array())).length
    const at = new TextDecoder('latin1').decode(mail).indexOf('Content-Type: multipart/mixed')
    expect(start).toBe(CONTENT.length)
    for (let index = at; index < at + CONTENT.length; index++) {
      const copy = mail.slice()
      copy[index]! ^= 1
      expect((await read(copy)).signature.kind).toMatch(/^(broken|none)$/)
    }
  })
})

describe('two ways to the same content', () => {
  const pieces = [
    '\r\n',
    '\n',
    '\r',
    '--c',
    '--c--',
    '--b',
    ' ',
    '\t',
    'Content-Type: text/html',
    ': ',
    'x',
    '=',
    '\0',
  ]

  const heads = ['', 'Content-Type: text/html\r\n\r\n', 'Content-Type: application/x-a\r\n\r\n']

  it('show the same: beside its signature, and inside of it', async () => {
    let valid = 0
    const tokens = fc.array(fc.constantFrom(...pieces), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...heads), tokens, async (head, rest) => {
        const start = 'Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n'
        const content = utf8(start + head + rest.join(''))
        const signature = await honestSignedData(alice, canonicalLines(content), { detached: true })
        const beside = await read(signedMail(content, signature))
        if (beside.signature.kind !== 'valid') return // a boundary of the message itself among the pieces
        valid++
        const around = await read(await opaque(canonicalLines(content)))
        expect(await shown(beside)).toEqual(await shown(around))
      }),
      { numRuns: 300 },
    )
    expect(valid).toBeGreaterThan(100)
  })
})

describe('what stands around a signature', () => {
  it('is not shown: preamble, epilogue, and text behind the base64 of an object', async () => {
    const text = new TextDecoder('latin1').decode(await detached(CONTENT))
    const around = text.replace('--b\r\n', 'You are fired.\r\n--b\r\n') + 'You are fired.\r\n'
    const behind = concat(await opaque(CONTENT), utf8('\r\n\r\n--b\r\n\r\nYou are fired.\r\n'))
    const before = await shown(await read(await detached(CONTENT)))
    for (const mail of [utf8(around), behind]) {
      const message = await read(mail)
      expect(message.signature.kind === 'valid' ? await shown(message) : before).toEqual(before)
      expect(JSON.stringify(message.body)).not.toContain('fired')
    }
  })

  it('is refused behind the end of an object', async () => {
    const object = await honestSignedData(alice, CONTENT)
    const twice = concat(object, await honestSignedData(pki.key('bob-sign'), utf8('Fired.')))
    expect((await read(mailAround(twice, 'signed-data'))).signature.kind).toBe('broken')
  })

  it('is no part of the message’s protected fields: the subject is told apart', async () => {
    const fields = ['From: alice@example.com', 'Subject: You are fired']
    const object = await honestSignedData(alice, CONTENT)
    const { headers, signature } = await read(mailAround(object, 'signed-data', fields))
    expect(signature.kind).toBe('valid')
    expect(headers).toMatchObject({ subject: 'You are fired', subjectProtected: false })
    const inner = rawMail(['Subject: Promoted', 'Content-Type: text/plain; hp=clear'], utf8('Hi.'))
    const protectedMail = mailAround(await honestSignedData(alice, inner), 'signed-data', fields)
    expect((await read(protectedMail)).headers).toMatchObject({
      subject: 'Promoted',
      subjectProtected: true,
    })
    const plain = rawMail(['Subject: Promoted', 'Content-Type: text/plain'], utf8('Hi.'))
    const unprotected = mailAround(await honestSignedData(alice, plain), 'signed-data', fields)
    expect((await read(unprotected)).headers).toMatchObject({
      subject: 'You are fired',
      subjectProtected: false,
    })
  })
})
