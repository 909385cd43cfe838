import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Letter } from '#api/demo/letter.ts'
import { LETTERS } from '#api/demo/deliver.ts'
import type { Bytes } from '#shared/bytes.ts'
import { type FolderName, listAnswer } from '#shared/contract/mail.ts'
import { open } from '#shared/smime/open.ts'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import type { Reader } from '#shared/smime/reader.ts'
import { findModule } from '../../softhsm/module.mjs'
import { KeyClient } from '../support/key-client.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { readerThrough, signIn } from '../support/signed-in-reader.ts'

describe.skipIf(findModule(process.env) === null)('the mail of the demo company', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.remove())

  test.each(['alice', 'bob', 'carol'])('shows %s what each letter should', async (username) => {
    const client = await signIn(server, username)
    const reader = await readerThrough(client)
    for (const folder of ['inbox', 'sent', 'archive', 'drafts'] as const) {
      const opened = await openAll(client, reader, folder)
      expect(opened.length).toBeGreaterThan(0)
      for (const message of opened) {
        const letter = LETTERS.find(({ subject }) => subject === message.headers.subject)
        if (letter === undefined) {
          // The only subject that stays hidden is of the letter that is closed to everybody here.
          expect(message.encryption.kind).toBe('no-key')
        } else expect({ id: letter.id, ...found(message) }).toEqual(expected(letter))
      }
    }
  })

  test('stays closed to who has shown the password alone', async () => {
    const client = new KeyClient({
      request: (path, init) => fetch(`${server.origin}${path}`, init),
    })
    const { username, password } = server.login('alice')
    await client.post('/session/password', { username, password })
    expect(client.cookie).not.toBeNull()
    for (const path of ['/mail/folders', '/mail/folders/inbox/messages/1', '/keys']) {
      expect((await client.get(path)).status).toBe(401)
    }
    const sent = await client.send(
      'POST',
      '/mail/send?to=bob@example.com',
      'From: a@example.com\n\n',
      {
        'Content-Type': 'message/rfc822',
      },
    )
    expect(sent.status).toBe(401)
  })

  test('leaves no secret and no word of it in log and database', async () => {
    const username = 'bob'
    const client = await signIn(server, username)
    await client.post('/session/password', { username, password: 'a wrong canary password' })
    await client.send('PATCH', '/mail/folders/inbox/messages/1', '{"canary":"sent by the client"}')
    await client.get('/mail/folders/inbox/messages?limit=canary&to=alice@example.com')
    const kept = ['log/postern.log', 'postern.db', 'postern.db-wal'].map((name) => {
      const path = join(server.data, name)
      return existsSync(path) ? readFileSync(path, 'latin1') : ''
    })
    const { password, seed } = server.login(username)
    const pin = readFileSync(join(server.data, 'pin'), 'latin1').trim()
    for (const secret of [password, seed, pin, 'canary', 'Budget for the second', 'IBAN']) {
      expect(kept.map((text) => text.includes(secret))).toEqual([false, false, false])
    }
    expect(kept[0]).not.toContain('@example.com')
  })
})

async function openAll(
  client: KeyClient,
  reader: Reader,
  folder: FolderName,
): Promise<OpenedMessage[]> {
  const path = `/mail/folders/${folder}/messages`
  const list = listAnswer.parse(await (await client.get(`${path}?limit=200`)).json())
  const opened: OpenedMessage[] = []
  for (const { uid } of list.messages) {
    const answer = await client.get(`${path}/${uid}`)
    const bytes: Bytes = new Uint8Array(await answer.arrayBuffer())
    opened.push(await open(bytes, reader))
  }
  return opened
}

/** What a user would see, in short. */
type Shown = { encryption: string; signature: string; files: number; bodies: number }

function found({ encryption, signature, attachments, body }: OpenedMessage): Shown {
  return {
    encryption: encryption.kind === 'decrypted' ? encryption.contentAlgorithm : encryption.kind,
    signature: 'reason' in signature ? `${signature.kind}: ${signature.reason}` : signature.kind,
    files: attachments.length,
    bodies: body.length,
  }
}

function expected(letter: Letter): Shown & { id: string } {
  const { protection } = letter
  return {
    id: letter.id,
    encryption: protection.kind === 'encrypted' ? protection.content : 'none',
    signature: expectedSignature(letter),
    files: letter.files?.length ?? 0,
    bodies: 1,
  }
}

function expectedSignature({ protection, from }: Letter): string {
  switch (protection.kind) {
    case 'none':
      return 'none'
    case 'encrypted':
      return protection.signed ? 'valid' : 'none'
    case 'signed':
      if (protection.changedAfterwards !== undefined) return 'broken: content-changed'
      if (protection.by !== undefined) return 'wrong-sender: address-mismatch'
      return from === 'dave' ? 'untrusted: unknown-issuer' : 'valid'
  }
}
