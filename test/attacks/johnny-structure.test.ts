import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { honestSignedData } from '#test/support/forged-signature.ts'
import { mailAround, parted, rawMail, signedMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, savedFiles } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const alice = pki.key('alice-sign')
const read = (bytes: Bytes) => openAs(bytes, [], [pki.ca])
const CONTENT = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')
const detached = (content = CONTENT) => honestSignedData(alice, content, { detached: true })

// "Johnny, you are fired!", class M: a part that is signed, among others that are not.

const FROM = 'From: alice@example.com'
const NOTE = utf8('Content-Type: text/html\r\n\r\n<p>You are fired.</p><plaintext hidden>\r\n')

/** Alice's true mail as a part: multipart/signed with a boundary of its own. */
async function signedPart(): Promise<Bytes> {
  const mail = new TextDecoder('latin1').decode(signedMail(CONTENT, await detached(), []))
  return utf8(mail.replaceAll('--b', '--c').replace('boundary=b', 'boundary=c'))
}

describe('a signed part among unsigned ones', () => {
  const multipart = (subtype: string, ...parts: Bytes[]) =>
    rawMail([FROM, `Content-Type: multipart/${subtype}; boundary=b`], parted(...parts))

  it.each(['mixed', 'alternative', 'related', 'digest', 'parallel', 'report', 'signed'])(
    'signs nothing in multipart/%s, before or behind them',
    async (subtype) => {
      const signed = await signedPart()
      for (const parts of [[NOTE, signed], [signed, NOTE], [NOTE, signed, NOTE], [signed]]) {
        const { signature, layers } = await read(multipart(subtype, ...parts))
        expect(signature).toEqual({ kind: 'none' })
        expect(layers).toEqual([])
      }
    },
  )

  it('signs nothing as an opaque part, or in an attached message', async () => {
    const opaque = mailAround(await honestSignedData(alice, CONTENT), 'signed-data', [])
    const attached = rawMail(
      ['Content-Type: message/rfc822'],
      signedMail(CONTENT, await detached()),
    )
    const asMessage = rawMail(
      [FROM, 'Content-Type: message/rfc822'],
      signedMail(CONTENT, await detached()),
    )
    for (const mail of [
      multipart('mixed', NOTE, opaque),
      multipart('mixed', attached),
      asMessage,
    ]) {
      expect((await read(mail)).signature).toEqual({ kind: 'none' })
    }
  })

  it('is not drawn into the HTML of another, by content id or by an element left open', async () => {
    const cid = utf8(
      'Content-Type: text/html\r\n\r\n<p>You are fired.</p><img src="cid:x"><!--\r\n',
    )
    const signed = concat(utf8('Content-ID: <x>\r\n'), await signedPart())
    const message = await read(multipart('related', cid, signed))
    expect(message.signature).toEqual({ kind: 'none' })
    expect(message.body).toEqual([
      { kind: 'html', html: expect.stringMatching(/<!--\s*$/) as unknown },
      { kind: 'text', text: expect.stringContaining('You are promoted.') as unknown },
    ])
  })
})

describe('what the signature covers', () => {
  it('must have no third part beside it, wherever it stands', async () => {
    const [head, content, signature] = new TextDecoder('latin1')
      .decode(signedMail(CONTENT, await detached()))
      .split('--b\r\n')
    const third = 'Content-Type: text/plain\r\n\r\nYou are fired.\r\n'
    const end = signature!.replace('--b--\r\n', '')
    for (const parts of [
      [third, content, end],
      [content, third, end],
      [content, end, third],
    ]) {
      const mail = utf8(`${[head, ...parts].join('--b\r\n')}--b--\r\n`)
      expect((await read(mail)).signature).toMatchObject({ kind: 'broken', reason: 'structure' })
    }
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
    expect((await savedFiles(message)).map(({ bytes }) => bytes)).toEqual([utf8('PK\r\nAB')])
  })

  it('is told by the second part where the protocol is missing, and is not ours where it is OpenPGP', async () => {
    const mail = new TextDecoder('latin1').decode(signedMail(CONTENT, await detached()))
    const protocol = 'protocol="application/pkcs7-signature"; '
    expect((await read(utf8(mail.replace(protocol, '')))).signature.kind).toBe('valid')
    const pgp = mail.replace(protocol, 'protocol="application/pgp-signature"; ')
    expect((await read(utf8(pgp))).signature.kind).toBe('none')
  })
})
