import { afterAll, describe, expect, it } from 'vitest'
import { open } from '#shared/smime/open.ts'
import type { Draft } from '#shared/smime/draft.ts'
import { seal } from '#shared/smime/seal.ts'
import { textDraft } from '#test/support/drafts.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { readerKeys, softwareUnwrap } from '#test/support/software-keys.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const alice = pki.key('alice')
const reader = {
  keys: readerKeys([alice]),
  unwrap: softwareUnwrap([alice]),
  anchors: [pki.ca],
  at: new Date(),
}
const TEXT = { kind: 'text', text: 'At noon.\n' }

describe.each(['aes-256-cbc', 'aes-256-gcm'] as const)('a message in %s', (content) => {
  const make = (changes: Partial<Draft> = {}) => {
    const encrypt = { to: [alice.certificate], content }
    const draft = textDraft('alice@example.com', { text: 'At noon.', ...changes })
    return seal(draft, { sign: null, form: 'detached', encrypt })
  }

  it('leaves lent bytes as they are', async () => {
    const mail = await make()
    const before = mail.slice()
    expect((await open(mail, reader)).body).toMatchObject([TEXT])
    expect(mail).toEqual(before)
  })

  it('frees bytes that were given away, and shows the same', async () => {
    const mail = await make()
    expect((await open(mail, reader, { given: true })).body).toMatchObject([TEXT])
    expect(mail).toHaveLength(0)
  })

  it('gives the attachments of a large one, lent or given, and what was saved stays', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(65_536))
    const scan = { name: 'scan.bin', mediaType: 'application/x-scan', bytes }
    const attachments = Array.from({ length: 64 }, () => scan)
    const mail = await make({ attachments })
    for (const given of [false, true]) {
      const message = await open(mail, reader, { given })
      const saved = await Promise.all(message.attachments.map((file) => file.bytes()))
      expect(saved).toHaveLength(64)
      for (const each of saved) expect(Buffer.from(each).equals(bytes)).toBe(true)
    }
  })
})
