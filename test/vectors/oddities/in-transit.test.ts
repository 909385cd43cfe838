import { afterAll, describe, expect, it } from 'vitest'
import { explainSignature } from '#shared/smime/explain.ts'
import { clearSigned, mailOf } from '#test/support/clear-signed.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS.slice(0, 1))
afterAll(() => pki.remove())

const LONG = 'a line that is long enough for a relay to wrap it '.repeat(3)
const SIGNED = clearSigned(
  pki,
  `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße \r\n${LONG}\r\nEnd\r\n`,
)
const read = (mail: string) => openAs(mailOf(mail), [], [pki.ca])

describe('a relay', () => {
  it.each([
    ['to LF', (mail: string) => mail.replaceAll('\r\n', '\n')],
    ['to CRLF', (mail: string) => mail.replace(/\r?\n/g, '\r\n')],
  ])('may turn line ends %s: the signature is over CRLF', async (_name, change) => {
    expect((await read(change(SIGNED))).signature.kind).toBe('valid')
  })

  it.each([
    ['trims blanks', (mail: string) => mail.replace('Grüße ', 'Grüße')],
    ['wraps a line', (mail: string) => mail.replace('for a relay', 'for a\n relay')],
    [
      'turns 8-bit to 7-bit',
      (mail: string) =>
        mail
          .replace('Content-Transfer-Encoding: 8bit', 'Content-Transfer-Encoding: quoted-printable')
          .replace('Grüße ', 'Gr=C3=BC=C3=9Fe=20'),
    ],
    ['adds a line', (mail: string) => mail.replace('\nEnd', '\nScanned by nobody\nEnd')],
  ])('that %s breaks the signature, and the words say so', async (_name, change) => {
    const changed = change(SIGNED)
    expect(changed).not.toBe(SIGNED)
    const { signature, body } = await read(changed)
    expect(signature).toMatchObject({ kind: 'broken', reason: 'content-changed' })
    expect(explainSignature(signature).plain).toContain('changed after it was signed')
    expect(body).toHaveLength(1)
  })
})
