import { afterAll, describe, expect, it } from 'vitest'
import { clearSigned, mailOf } from '#test/support/clear-signed.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS.slice(0, 1))
afterAll(() => pki.remove())

describe('a mailing list that puts a footer behind a signed message', () => {
  it('leaves a message that is not signed, with all of its text', async () => {
    const part = clearSigned(pki, 'Content-Type: text/plain\r\n\r\nI vote yes.\r\n')
    const footer = 'Content-Type: text/plain\n\nTo leave the list, write to its owner.\n'
    const mixed = `Content-Type: multipart/mixed; boundary=list\n\n--list\n${part}\n--list\n${footer}--list--\n`
    const message = await openAs(mailOf(mixed), [], [pki.ca])
    expect(message.signature.kind).toBe('none')
    expect(message.layers).toEqual([])
    expect(textOf(message)).toMatch(/I vote yes\.[^]*To leave the list/)
  })
})
