import { afterAll, describe, expect, it } from 'vitest'
import { clearSigned, mailOf } from '#test/support/clear-signed.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS.slice(0, 1))
afterAll(() => pki.remove())

const SIGNED = clearSigned(pki, 'Content-Type: text/plain\r\n\r\nAs it was signed.\r\n')
const [, BOUNDARY = ''] = /boundary="([^"]+)"/.exec(SIGNED) ?? []
const relabel = (from: string | RegExp, to: string) => (mail: string) => mail.replace(from, to)
const P7S = /application\/(?:x-)?pkcs7-signature; name="smime.p7s"/

describe('a signed message under odd labels', () => {
  it.each([
    ['signature as text', relabel(P7S, 'text/plain; name="smime.p7s"')],
    ['signature as octets', relabel(P7S, 'application/octet-stream; name="smime.p7s"')],
    ['signature without a name', relabel(P7S, 'application/pkcs7-signature')],
    ['odd micalg', relabel(/micalg="?[\w-]+"?/, 'micalg=unknown')],
    ['no micalg', relabel(/ micalg="?[\w-]+"?;/, '')],
    ['no protocol', relabel(/ protocol="[^"]+";/, '')],
    ['boundary with blanks', (mail: string) => mail.replaceAll(BOUNDARY, 'a b  c')],
    ['boundary lines with blanks behind', relabel(`--${BOUNDARY}\n`, `--${BOUNDARY} \t\n`)],
    ['other preamble', relabel('This is an S/MIME signed message', 'Your mail program is old.')],
    ['epilogue', (mail: string) => `${mail}\nScanned.\n`],
  ])('verifies all the same: %s', async (_name, change) => {
    const changed = change(SIGNED)
    expect(changed).not.toBe(SIGNED)
    const message = await openAs(mailOf(changed), [], [pki.ca])
    expect(message.signature.kind).toBe('valid')
  })
})
