import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import { honestSignedData } from '#test/support/forged-signature.ts'
import { signedMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const alice = pki.key('alice-sign')
const read = (bytes: Bytes) => openAs(bytes, [], [pki.ca])
const CONTENT = utf8('Content-Type: text/plain\r\n\r\nYou are promoted.\r\n')
const detached = (content = CONTENT) => honestSignedData(alice, content, { detached: true })

// "Johnny, you are fired!", class I: whom the message names as its sender, and whom the reader takes for it.

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

  it('is wrong where the protected From and the one outside are not the same', async () => {
    const kind = async (inside: string, outside: string) => {
      const fields = `From: ${inside}@example.com\r\nContent-Type: text/plain; hp=clear`
      const inner = utf8(`${fields}\r\n\r\nHello.\r\n`)
      const mail = signedMail(inner, await detached(inner), [`From: ${outside}@example.com`])
      return (await read(mail)).signature.kind
    }
    expect(await kind('alice', 'alice')).toBe('valid')
    expect(await kind('alice', 'bob')).toBe('wrong-sender')
    expect(await kind('bob', 'alice')).toBe('wrong-sender')
  })

  it('is wrong where an unprotected part of the message claims one', async () => {
    const inner = 'From: alice@example.com\r\nContent-Type: text/plain\r\n\r\nHello.\r\n'
    const mail = signedMail(utf8(inner), await detached(utf8(inner)), ['From: bob@example.com'])
    expect((await read(mail)).signature.kind).toBe('wrong-sender')
  })
})
