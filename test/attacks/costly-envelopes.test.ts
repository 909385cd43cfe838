import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import { encryptContent } from '#shared/cms/content-encryption.ts'
import { encryptContentKey } from '#shared/cms/encrypt-content-key.ts'
import { encodeEnvelopedData } from '#shared/cms/enveloped-data.ts'
import { open } from '#shared/smime/open.ts'
import { mailAround } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { readerOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
const bob = pki.key('bob')
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
