import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { utf8 } from '#shared/bytes.ts'
import type { FolderName } from '#shared/contract/mail.ts'
import { createLocalMailboxes, type FindMailbox } from './local-mailboxes.ts'
import { openLocalOutbox } from './local-outbox.ts'
import type { Outbox } from './outbox.ts'

const SENDER = { username: 'alice', address: 'alice@example.com' }
const KEPT = { sender: SENDER, others: [], keep: true }
let root: string
let findMailbox: FindMailbox
let outbox: Outbox

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'postern-outbox-'))
  findMailbox = createLocalMailboxes(join(root, 'mail'))
  outbox = await openLocalOutbox({
    spool: join(root, 'spool'),
    findMailbox,
    findRecipient: (address) => {
      const user = /^(alice|bob|carol)@example\.com$/.exec(address)?.[1]
      return Promise.resolve(user === undefined ? null : { username: user })
    },
  })
})
afterEach(() => rm(root, { recursive: true }))

async function* message(from = 'alice@example.com'): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(utf8(`From: ${from}\r\nSubject: Note\r\n\r\nHello`))
}

async function count(username: string, folder: FolderName): Promise<number> {
  return (await (await findMailbox(username)).list(folder, { limit: 10 })).messages.length
}

describe('the local outbox', () => {
  test('delivers to each recipient unread, and files a read copy in Sent', async () => {
    const placed = await outbox.send({
      ...KEPT,
      to: ['bob@example.com', 'carol@example.com', 'bob@example.com'],
      message: message(),
    })
    expect(placed).toEqual({ folder: 'sent', uid: 1 })
    expect(await count('bob', 'inbox')).toBe(1)
    expect(await count('carol', 'inbox')).toBe(1)
    const sent = await (await findMailbox('alice')).list('sent', { limit: 1 })
    expect(sent.messages[0]).toMatchObject({ subject: 'Note', seen: true })
    expect(await readdir(join(root, 'spool'))).toEqual([])
  })

  test('names the recipient nobody knows, and delivers to no one', async () => {
    const sending = outbox.send({
      ...KEPT,
      to: ['bob@example.com', 'eve@example.net'],
      message: message(),
    })
    await expect(sending).rejects.toMatchObject({
      code: 'mail/rejected',
      message: 'Nothing was sent: nobody here has the address eve@example.net.',
    })
    expect(await count('bob', 'inbox')).toBe(0)
    expect(await count('alice', 'sent')).toBe(0)
  })

  test('delivers no copy while another copy is for somebody nobody knows', async () => {
    const copy = { ...KEPT, to: ['bob@example.com'], others: ['eve@example.net'], keep: false }
    await expect(outbox.send({ ...copy, message: message() })).rejects.toMatchObject({
      code: 'mail/rejected',
      message: 'Nothing was sent: nobody here has the address eve@example.net.',
    })
    expect(await count('bob', 'inbox')).toBe(0)
  })

  test('does not file a copy that is not to be kept, nor hand it to those of the other copy', async () => {
    const copy = { ...KEPT, to: ['bob@example.com'], others: ['carol@example.com'], keep: false }
    expect(await outbox.send({ ...copy, message: message() })).toBeNull()
    expect(await count('bob', 'inbox')).toBe(1)
    expect(await count('carol', 'inbox')).toBe(0)
    expect(await count('alice', 'sent')).toBe(0)
  })

  test.each([
    'bob@example.com',
    'alice@example.com, bob@example.com',
    'alice@example.com <bob@example.com>',
    'bob@example.com\r\nFrom: alice@example.com',
    '',
  ])('does not send as %j', async (from) => {
    const sending = outbox.send({ ...KEPT, to: ['bob@example.com'], message: message(from) })
    await expect(sending).rejects.toMatchObject({ code: 'mail/rejected' })
    expect(await count('bob', 'inbox')).toBe(0)
  })

  test('delivers once when the same send is repeated', async () => {
    const once = { ...KEPT, to: ['bob@example.com'], idempotencyKey: 'k' }
    const first = await outbox.send({ ...once, message: message() })
    expect(await outbox.send({ ...once, message: message() })).toEqual(first)
    expect(await count('bob', 'inbox')).toBe(1)
  })
})

describe('finding a mailbox', () => {
  test.each(['..', '../bob', 'a/b', 'a\0', 'a\r\n', '', '.hidden', 'a..b', 'Bob'])(
    'refuses the name %j',
    async (name) => {
      await expect(findMailbox(name)).rejects.toMatchObject({ code: 'mail/not-found' })
    },
  )
})
