import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Envelope } from '#shared/contract/mail.ts'
import { createLocalMailboxes, type FindMailbox } from '../mail/local-mailboxes.ts'
import { deliverLetters, LETTERS } from './deliver.ts'
import type { Letter, Protection } from './letter.ts'
import { createOutsider } from './outsider.ts'

type Signed = Extract<Protection, { kind: 'signed' }>
type Encrypted = Extract<Protection, { kind: 'encrypted' }>

const NOW = new Date('2026-11-20T18:00:00Z')
let root: string
let findMailbox: FindMailbox

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'postern-letters-'))
  findMailbox = createLocalMailboxes(root)
  const names = ['alice', 'bob', 'carol', 'dave'] as const
  const everybody = await Promise.all(names.map((name) => createOutsider(name, NOW)))
  await deliverLetters(everybody, findMailbox, NOW)
})
afterAll(() => rm(root, { recursive: true }))

async function list(username: string, folder: 'inbox' | 'sent' | 'drafts' | 'archive') {
  return (await (await findMailbox(username)).list(folder, { limit: 200 })).messages
}

describe.each(['alice', 'bob', 'carol'])('the mailbox of %s', (username) => {
  let inbox: readonly Envelope[]
  beforeAll(async () => {
    inbox = await list(username, 'inbox')
  })

  test('has at least a dozen letters, the newest first, some of them read', () => {
    expect(inbox.length).toBeGreaterThanOrEqual(12)
    const dates = inbox.map(({ date }) => date ?? '')
    expect(dates).toEqual([...dates].sort().reverse())
    expect(new Set(inbox.map(({ seen }) => seen)).size).toBe(2)
    expect(dates.every((date) => date < NOW.toISOString())).toBe(true)
  })

  test('has every kind of protection, and attachments', () => {
    expect(new Set(inbox.map(({ protection }) => protection))).toEqual(
      new Set(['none', 'signed', 'encrypted']),
    )
    expect(inbox.some(({ attachments }) => attachments)).toBe(true)
    expect(inbox.some(({ subject }) => subject.includes('東京'))).toBe(true)
  })

  test('has something sent, begun and put away', async () => {
    expect((await list(username, 'sent')).length).toBeGreaterThanOrEqual(2)
    expect(await list(username, 'drafts')).toHaveLength(1)
    expect((await list(username, 'archive')).length).toBeGreaterThanOrEqual(2)
  })

  test('travels in lines of CRLF that every relay takes', async () => {
    const mailbox = await findMailbox(username)
    for (const { uid } of inbox) {
      const message = await text((await mailbox.read('inbox', uid)).stream)
      expect(message.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
      expect(Math.max(...message.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998)
    }
  })
})

describe.each(['alice', 'bob', 'carol'] as const)('the letters to %s', (username) => {
  const letters = LETTERS.filter(
    ({ to, cc = [], folder }) => folder === undefined && [...to, ...cc].includes(username),
  )
  const has = (test: (letter: Letter) => boolean) => letters.some(test)
  const signed = (test: (protection: Signed) => boolean) =>
    has(({ protection }) => protection.kind === 'signed' && test(protection))
  const encrypted = (test: (protection: Encrypted, letter: Letter) => boolean) =>
    has((letter) => letter.protection.kind === 'encrypted' && test(letter.protection, letter))

  test.each([
    ['plain text', has(({ protection, html }) => protection.kind === 'none' && html === undefined)],
    ['remote images', has(({ html }) => html?.includes('src="http://images.') === true)],
    ['attached files', has(({ files }) => files !== undefined && files.length > 2)],
    ['clear signature', signed(({ form, by }) => form === 'detached' && by === undefined)],
    ['opaque signature', signed(({ form }) => form === 'opaque')],
    ['broken signature', signed(({ changedAfterwards }) => changedAfterwards !== undefined)],
    ['signature of somebody else', signed(({ by }) => by !== undefined)],
    ['encryption with CBC', encrypted(({ content }) => content === 'aes-256-cbc')],
    ['encryption with GCM', encrypted(({ content }) => content === 'aes-256-gcm')],
    ['signature and encryption', encrypted((protection) => protection.signed)],
    ['encrypted HTML', encrypted((_protection, { html }) => html !== undefined)],
    ['encryption to somebody else', encrypted(({ only }) => only !== undefined)],
  ])('show %s', (_what, shown) => {
    expect(shown).toBe(true)
  })
})

describe('the letters', () => {
  test('use OAEP where the key is RSA', () => {
    const oaep = LETTERS.filter(
      ({ protection }) => protection.kind === 'encrypted' && protection.oaep === true,
    )
    expect(oaep.map(({ to }) => to)).toEqual([['alice']])
  })

  test('have names of their own', () => {
    expect(new Set(LETTERS.map(({ id }) => id)).size).toBe(LETTERS.length)
  })
})
