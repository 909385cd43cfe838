import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createGateway } from '#api/gateway/app.ts'
import { createLocalMailboxes } from '#api/mail/local-mailboxes.ts'
import { openLocalOutbox } from '#api/mail/local-outbox.ts'
import { listen, type Listening } from '#api/start/listen.ts'
import { placedAnswer } from '#shared/contract/mail.ts'
import { MAX_MESSAGE_BYTES } from '#shared/message-size.ts'
import { problemSchema } from '#shared/contract/problem.ts'

const MIB = 1024 * 1024
const SESSION = {
  id: 'A'.repeat(22),
  user: { username: 'alice', name: 'Alice', address: 'alice@example.com' },
  roles: [],
  device: 'Test',
  idleExpiresAt: '2026-11-03T10:00:00.000Z',
  absoluteExpiresAt: '2026-11-03T20:00:00.000Z',
  now: '2026-11-03T09:45:00.000Z',
}

let root: string
let server: Listening
let url: string

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'postern-transfer-'))
  const findMailbox = createLocalMailboxes(join(root, 'mail'))
  const app = createGateway({
    keys: () => Promise.resolve(Response.json(SESSION)),
    findMailbox,
    outbox: await openLocalOutbox({
      spool: join(root, 'spool'),
      findMailbox,
      findRecipient: () => Promise.resolve({ username: 'alice' }),
    }),
    webBuild: root,
    publicOrigin: null,
    readiness: {},
    logAccess: () => undefined,
    logProblem: () => undefined,
  })
  server = await listen(app, 0, '127.0.0.1')
  url = `http://127.0.0.1:${server.port}/api/v1/mail`
})
afterEach(async () => {
  await server.close()
  rmSync(root, { recursive: true })
})

/** A message of so many bytes, in chunks, as a browser streams a file. */
function messageOf(size: number): { body: ReadableStream<Uint8Array>; digest: () => string } {
  const hash = createHash('sha256')
  const header = Buffer.from('From: alice@example.com\r\nSubject: Large\r\n\r\n')
  let left = size
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = left === size ? header : randomBytes(Math.min(left, MIB))
      left -= chunk.length
      hash.update(chunk)
      controller.enqueue(new Uint8Array(chunk))
      if (left <= 0) controller.close()
    },
  })
  return { body, digest: () => hash.digest('hex') }
}

function upload(path: string, body: ReadableStream<Uint8Array>): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'message/rfc822' }, body }
  return fetch(`${url}${path}`, { ...init, duplex: 'half' } as RequestInit)
}

const files = () => readdirSync(join(root, 'mail', 'alice', 'drafts'))

describe('large messages over a real connection', () => {
  test('come back as they were sent', async () => {
    const { body, digest } = messageOf(25 * MIB)
    const placed = placedAnswer.parse(await (await upload('/folders/drafts/messages', body)).json())
    const back = await fetch(`${url}/folders/drafts/messages/${placed.uid}`)
    const hash = createHash('sha256').update(Buffer.from(await back.arrayBuffer()))
    expect(hash.digest('hex')).toBe(digest())
  })

  test('are sent without being held in memory', async () => {
    const before = process.memoryUsage().rss
    const answer = await upload('/send?to=alice@example.com', messageOf(90 * MIB).body)
    expect(answer.status).toBe(201)
    expect(process.memoryUsage().rss - before).toBeLessThan(90 * MIB)
  })

  test('are refused beyond the limit, and leave nothing', async () => {
    const tooLarge = messageOf(MAX_MESSAGE_BYTES + MIB)
    const answer = await upload('/folders/drafts/messages', tooLarge.body)
    expect(problemSchema.parse(await answer.json()).code).toBe('request/too-large')
    expect(files()).toEqual([])
  })

  test('that break off in the middle leave nothing', async () => {
    const sending = request(`${url}/folders/drafts/messages`, {
      method: 'POST',
      headers: { 'content-type': 'message/rfc822', 'content-length': String(10 * MIB) },
    })
    sending.on('error', () => undefined) // our own doing
    sending.write(Buffer.alloc(MIB, 'x'))
    await until(() => files().length === 1)
    sending.destroy()
    await until(() => files().length === 0)
    expect(files()).toEqual([])
  })
})

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      if (holds()) return
    } catch {
      // the folder is not there yet
    }
    await sleep(50)
  }
}
