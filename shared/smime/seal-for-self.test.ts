import { afterAll, beforeAll, expect, it } from 'vitest'
import { textDraft } from '#test/support/drafts.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'
import { seal, sealForSelf } from './seal.ts'

const DRAFT = textDraft('alice@example.com', {
  bcc: [{ name: 'Dave', address: 'dave@example.com' }],
  inReplyTo: '<question@example.com>',
})
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

let pki: OpensslPki
beforeAll(() => {
  pki = new OpensslPki(CORRESPONDENTS)
})
afterAll(() => pki.remove())

it('A draft that is kept comes back with its Bcc and with what it answers, which only its writer can read', async () => {
  const encrypt = { to: [pki.key('alice').certificate], content: 'aes-256-gcm' as const }
  const kept = await sealForSelf(DRAFT, encrypt)
  expect(decode(kept)).not.toContain('dave')
  const { headers, signature } = await openAs(kept, [pki.key('alice')], [pki.ca])
  expect(headers).toMatchObject({ bcc: DRAFT.bcc, inReplyTo: '<question@example.com>' })
  expect(signature.kind).toBe('none')
})

it('A Bcc that was added outside of the encryption is not believed', async () => {
  const encrypt = { to: [pki.key('alice').certificate], content: 'aes-256-gcm' as const }
  const kept = await sealForSelf(textDraft('alice@example.com', { bcc: [] }), encrypt)
  const changed = new TextEncoder().encode(`Bcc: eve@example.net\r\n${decode(kept)}`)
  expect((await openAs(changed, [pki.key('alice')], [pki.ca])).headers.bcc).toEqual([])
})

it('An open draft keeps its Bcc, too; what is sent never has it', async () => {
  const kept = await sealForSelf(DRAFT, null)
  expect((await openAs(kept, [], [pki.ca])).headers.bcc).toEqual(DRAFT.bcc)
  const sent = await seal(DRAFT, { sign: null, form: 'detached', encrypt: null })
  expect((await openAs(sent, [], [pki.ca])).headers.bcc).toEqual([])
})
