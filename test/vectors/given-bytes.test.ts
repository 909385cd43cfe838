import { afterAll, describe, expect, it } from 'vitest'
import { open } from '#shared/smime/open.ts'
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
  const make = () => {
    const encrypt = { to: [alice.certificate], content }
    const draft = textDraft('alice@example.com', { text: 'At noon.' })
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
})
