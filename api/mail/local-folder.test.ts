import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { utf8 } from '#shared/bytes.ts'
import { openLocalMailbox } from './local-folder.ts'
import type { Mailbox, MessageSource } from './mailbox.ts'

const NEW = { flags: { seen: false, flagged: false } }
let path: string
let mailbox: Mailbox

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'postern-mailbox-'))
  mailbox = await openLocalMailbox(path)
})
afterEach(() => rm(path, { recursive: true }))

function message(subject: string): MessageSource {
  return chunks(`From: Bob <bob@example.com>\r\nSubject: ${subject}\r\n\r\nHello`)
}

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of texts) yield await Promise.resolve(utf8(chunk))
}

async function subjects(folder: 'inbox' | 'archive' = 'inbox'): Promise<string[]> {
  const { messages } = await mailbox.list(folder, { limit: 50 })
  return messages.map((envelope) => envelope.subject)
}

describe('a local mailbox', () => {
  test('gives back the very bytes it was given', async () => {
    const { uid } = await mailbox.append('inbox', chunks('Subject: a\r\n', '\r\nb'), NEW)
    const stored = await mailbox.read('inbox', uid)
    expect(stored.size).toBe(15)
    expect(await text(stored.stream)).toBe('Subject: a\r\n\r\nb')
  })

  test('lists the newest first, in pages that neither overlap nor leave out', async () => {
    for (const subject of ['1', '2', '3', '4', '5']) {
      await mailbox.append('inbox', message(subject), NEW)
    }
    const seen: string[] = []
    let before: number | undefined
    do {
      const page = await mailbox.list('inbox', { before, limit: 2 })
      seen.push(...page.messages.map((envelope) => envelope.subject))
      before = page.next ?? undefined
    } while (before !== undefined)
    expect(seen).toEqual(['5', '4', '3', '2', '1'])
  })

  test('never gives a uid twice, not even after removing the highest and opening again', async () => {
    await mailbox.append('inbox', message('a'), NEW)
    const second = await mailbox.append('inbox', message('b'), NEW)
    await mailbox.remove('inbox', second.uid)
    mailbox = await openLocalMailbox(path)
    const third = await mailbox.append('inbox', message('c'), NEW)
    expect(third.uid).toBeGreaterThan(second.uid)
  })

  test('gives each of many simultaneous messages its own uid', async () => {
    const placed = await Promise.all(
      Array.from({ length: 20 }, (_, n) => mailbox.append('inbox', message(String(n)), NEW)),
    )
    expect(new Set(placed.map(({ uid }) => uid)).size).toBe(20)
  })

  test('keeps flags and counts over a restart', async () => {
    const { uid } = await mailbox.append('inbox', message('a'), NEW)
    await mailbox.append('inbox', message('b'), NEW)
    const envelope = await mailbox.setFlags('inbox', uid, { seen: true })
    expect(envelope).toMatchObject({ uid, seen: true, flagged: false, subject: 'a' })
    await mailbox.setFlags('inbox', uid, { flagged: true })
    mailbox = await openLocalMailbox(path)
    const inbox = (await mailbox.folders()).find(({ name }) => name === 'inbox')
    expect(inbox).toEqual({ name: 'inbox', total: 2, unread: 1 })
    const { messages } = await mailbox.list('inbox', { limit: 10 })
    expect(messages.at(-1)).toMatchObject({ seen: true, flagged: true })
  })

  test('moves a message with its flags, and the old place is empty', async () => {
    const { uid } = await mailbox.append('inbox', message('a'), {
      flags: { seen: true, flagged: true },
    })
    const placed = await mailbox.move('inbox', uid, 'archive')
    expect(placed.folder).toBe('archive')
    expect(await subjects()).toEqual([])
    const { messages } = await mailbox.list('archive', { limit: 1 })
    expect(messages[0]).toMatchObject({ subject: 'a', seen: true, flagged: true, uid: placed.uid })
  })

  test('files a repeated append once, also after a restart', async () => {
    const options = { ...NEW, idempotencyKey: 'draft ../7\n' }
    const first = await mailbox.append('inbox', message('a'), options)
    mailbox = await openLocalMailbox(path)
    expect(await mailbox.append('inbox', message('a'), options)).toEqual(first)
    expect(await subjects()).toEqual(['a'])
  })

  test('does not bring back by a repeated append what was removed since', async () => {
    const options = { ...NEW, idempotencyKey: 'k' }
    const first = await mailbox.append('inbox', message('a'), options)
    await mailbox.remove('inbox', first.uid)
    expect(await mailbox.append('inbox', message('a'), options)).toEqual(first)
    expect(await subjects()).toEqual([])
  })

  test('keeps nothing of a message whose sender broke off', async () => {
    const broken = (async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(utf8('Subject: half'))
      throw new Error('connection lost')
    })()
    await expect(mailbox.append('inbox', broken, NEW)).rejects.toThrow('connection lost')
    expect(await readdir(join(path, 'inbox'))).toEqual([])
  })

  test('clears half-written files when opened, and leaves foreign files alone', async () => {
    await writeFile(join(path, 'inbox', '.tmp-message-1'), 'half')
    await writeFile(join(path, 'inbox', 'notes.txt'), 'mine')
    mailbox = await openLocalMailbox(path)
    expect(await readdir(join(path, 'inbox'))).toEqual(['notes.txt'])
    expect(await subjects()).toEqual([])
  })

  test('says that it cannot be reached when the disk fails', async () => {
    const full = (async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(utf8('Subject: half'))
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    })()
    await expect(mailbox.append('inbox', full, NEW)).rejects.toMatchObject({
      code: 'mail/unreachable',
    })
  })

  test('lists a message that is no mail at all, beside the others', async () => {
    await mailbox.append('inbox', chunks('\u0000\u0001\u0002'), NEW)
    await mailbox.append('inbox', chunks(''), NEW)
    await mailbox.append('inbox', message('good'), NEW)
    expect(await subjects()).toEqual(['good', '', ''])
  })

  test.each([
    ['read', () => mailbox.read('inbox', 99)],
    ['flag', () => mailbox.setFlags('inbox', 99, { seen: true })],
    ['move', () => mailbox.move('inbox', 99, 'trash')],
    ['remove', () => mailbox.remove('inbox', 99)],
  ])('says mail/not-found on %s of what is not there', async (_verb, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'mail/not-found' })
  })
})
