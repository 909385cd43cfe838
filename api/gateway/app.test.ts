import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { foldersAnswer, listAnswer, placedAnswer } from '#shared/contract/mail.ts'
import { problemSchema } from '#shared/contract/problem.ts'
import { sessionSchema } from '#shared/contract/session.ts'
import { PosternError } from '#shared/errors.ts'
import { createLocalMailboxes } from '../mail/local-mailboxes.ts'
import { openLocalOutbox } from '../mail/local-outbox.ts'
import { problemResponse } from '../problem.ts'
import type { AccessEntry } from './access-log.ts'
import { createGateway } from './app.ts'

const MAIL = 'From: alice@example.com\r\nTo: bob@example.com\r\nSubject: Plan\r\n\r\nHello\r\n'
const COOKIE = '__Host-postern=alice-is-here'
const SESSION = sessionSchema.parse({
  id: 'A'.repeat(22),
  user: { username: 'alice', name: 'Alice', address: 'alice@example.com' },
  roles: [],
  device: 'Test',
  idleExpiresAt: '2026-11-03T10:00:00.000Z',
  absoluteExpiresAt: '2026-11-03T20:00:00.000Z',
  now: '2026-11-03T09:45:00.000Z',
})

let root: string
let asked: Request[]
let log: AccessEntry[]
let databaseReady: boolean
let call: (path: string, init?: RequestInit) => Promise<Response>

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'postern-gateway-'))
  asked = []
  log = []
  databaseReady = true
  const webBuild = join(root, 'web')
  await mkdir(join(webBuild, 'assets'), { recursive: true })
  await writeFile(join(webBuild, 'index.html'), '<!doctype html><title>Postern</title>')
  await writeFile(join(webBuild, 'assets', 'app-1a2b.js'), 'export {}')
  call = await start(webBuild)
})
afterEach(() => rm(root, { recursive: true }))

async function start(webBuild: string): Promise<typeof call> {
  const findMailbox = createLocalMailboxes(join(root, 'mail'))
  const outbox = await openLocalOutbox({
    spool: join(root, 'spool'),
    findMailbox,
    findRecipient: (address) =>
      Promise.resolve(address === 'bob@example.com' ? { username: 'bob' } : null),
  })
  const app = createGateway({
    keys: keyService,
    findMailbox,
    outbox,
    webBuild,
    publicOrigin: 'https://mail.example.com',
    readiness: { database: () => databaseReady, demo: () => true },
    logAccess: (entry) => log.push(entry),
    logProblem: ({ error }) => {
      throw error as Error // no test expects one
    },
  })
  return async (path, init = {}) => {
    const headers = new Headers({ host: 'localhost:8025', cookie: COOKIE })
    new Headers(init.headers).forEach((value, name) => headers.set(name, value))
    return app.request(`http://localhost:8025${path}`, { ...init, headers })
  }
}

/** The key service as the gateway sees it: it knows one cookie. */
async function keyService(request: Request): Promise<Response> {
  asked.push(request)
  const { pathname } = new URL(request.url)
  if (request.headers.get('cookie') !== COOKIE) {
    return problemResponse(new PosternError('session/required', 'Sign in first.'), 'T'.repeat(22))
  }
  if (pathname.startsWith('/api/v1/session')) return Response.json(SESSION)
  return Response.json({ echo: await request.text() })
}

async function append(folder = 'inbox', headers: Record<string, string> = {}): Promise<Response> {
  return call(`/api/v1/mail/folders/${folder}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'message/rfc822', ...headers },
    body: MAIL,
  })
}

async function codeOf(response: Response): Promise<string> {
  return problemSchema.parse(await response.json()).code
}

describe('the way through to the key service', () => {
  test.each(['session', 'session/password', 'keys', 'keys/x/unwrap', 'activity', 'trust'])(
    'passes /api/v1/%s on with its body and the trace id of the log',
    async (path) => {
      const answer = await call(`/api/v1/${path}`, { method: 'POST', body: '{"a":1}' })
      expect(answer.status).toBe(200)
      expect(asked[0]?.url).toBe(`http://localhost:8025/api/v1/${path}`)
      expect(asked[0]?.headers.get('x-trace-id')).toBe(log[0]?.traceId)
      expect(answer.headers.get('x-trace-id')).toBe(log[0]?.traceId)
    },
  )

  test('hands over what was sent', async () => {
    const answer = await call('/api/v1/keys/k/sign', { method: 'POST', body: '{"digest":1}' })
    expect(await answer.json()).toEqual({ echo: '{"digest":1}' })
  })

  test('does not let a caller choose the trace id', async () => {
    await call('/api/v1/keys', { headers: { 'x-trace-id': 'B'.repeat(22) } })
    expect(asked[0]?.headers.get('x-trace-id')).not.toBe('B'.repeat(22))
  })

  test('ends at the areas that it has', async () => {
    expect(await codeOf(await call('/api/v1/hsm'))).toBe('request/not-found')
    expect(asked).toEqual([])
  })

  test.each([
    ['session/password', 16],
    ['keys', 8],
    ['activity', 8],
    ['keys/k/unwrap', 16],
    ['keys/k/sign', 1024],
    ['mail/folders/inbox/messages/1/move', 8],
  ])('holds of a body for /api/v1/%s no more than %i KiB', async (path, kibibytes) => {
    const send = (bytes: number) => {
      const body = new Blob(['x'.repeat(bytes)]).stream() // chunked: its length is not said beforehand
      return call(`/api/v1/${path}`, { method: 'POST', body, duplex: 'half' } as RequestInit)
    }
    expect(await codeOf(await send(kibibytes * 1024 + 1))).toBe('request/too-large')
    expect(asked).toEqual([])
    await send(kibibytes * 1024)
    expect(asked).toHaveLength(1)
  })
})

describe('who may call', () => {
  test.each([
    'evil.example',
    'localhost.evil.example:8025',
    '',
    'mail.example.com.',
    '127.0.0.1.nip.io',
    'evil.example@localhost',
    'localhost/evil.example',
  ])('not a page that reached us as %j', async (host) => {
    expect(await codeOf(await call('/', { headers: { host } }))).toBe('request/forbidden-origin')
  })

  test.each(['localhost', 'localhost:1', '127.0.0.1:8025', '[::1]:8025', 'mail.example.com'])(
    'a page that reached us as %j',
    async (host) => {
      expect((await call('/healthz', { headers: { host } })).status).toBe(200)
    },
  )

  test.each([{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])(
    'not another site that changes something (%j)',
    async (headers) => {
      const answer = await append('inbox', headers)
      expect(await codeOf(answer)).toBe('request/forbidden-origin')
      expect(asked).toEqual([])
    },
  )

  test('nobody reads mail without a session', async () => {
    await append()
    for (const path of ['folders', 'folders/inbox/messages', 'folders/inbox/messages/1']) {
      const answer = await call(`/api/v1/mail/${path}`, { headers: { cookie: 'other=1' } })
      expect(await codeOf(answer)).toBe('session/required')
    }
  })
})

describe('mail', () => {
  test('is filed once, listed, read back byte for byte, flagged, moved and removed', async () => {
    const first = placedAnswer.parse(
      await (await append('drafts', { 'idempotency-key': 'k' })).json(),
    )
    const again = await append('drafts', { 'idempotency-key': 'k' })
    expect(await again.json()).toEqual(first)

    const list = await call('/api/v1/mail/folders/drafts/messages?limit=5')
    const { messages } = listAnswer.parse(await list.json())
    expect(messages).toMatchObject([{ subject: 'Plan', seen: true, uid: first.uid }])

    const path = `/api/v1/mail/folders/drafts/messages/${String(first.uid)}`
    const read = await call(path)
    expect(read.headers.get('content-type')).toBe('message/rfc822')
    expect(read.headers.get('cache-control')).toBe('no-store')
    expect(await read.text()).toBe(MAIL)

    const json = { 'content-type': 'application/json' }
    const flagged = await call(path, { method: 'PATCH', headers: json, body: '{"flagged":true}' })
    expect(await flagged.json()).toMatchObject({ flagged: true, seen: true })

    const moved = await call(`${path}/move`, {
      method: 'POST',
      headers: json,
      body: '{"to":"trash"}',
    })
    const { uid } = placedAnswer.parse(await moved.json())
    const gone = await call(`/api/v1/mail/folders/trash/messages/${String(uid)}`, {
      method: 'DELETE',
    })
    expect(gone.status).toBe(204)
    const { folders } = foldersAnswer.parse(await (await call('/api/v1/mail/folders')).json())
    expect(folders.map(({ total }) => total)).toEqual([0, 0, 0, 0, 0])
  })

  test('is sent to colleagues, and refused by name to anybody else', async () => {
    const send = (to: string) =>
      call(`/api/v1/mail/send?to=${to}`, {
        method: 'POST',
        headers: { 'content-type': 'message/rfc822' },
        body: MAIL,
      })
    const sent = await send('bob@example.com')
    expect(await sent.json()).toMatchObject({ folder: 'sent' })
    const refused = problemSchema.parse(await (await send('eve@example.com')).json())
    expect(refused).toMatchObject({ code: 'mail/rejected', status: 422 })
    expect(refused.detail).toContain('eve@example.com')
  })

  test('is not filed where it is a copy beside another', async () => {
    const copy = '/api/v1/mail/send?to=bob@example.com&with=bob@example.com&keep=no'
    const headers = { 'content-type': 'message/rfc822' }
    const sent = await call(copy, { method: 'POST', headers, body: MAIL })
    expect([sent.status, await sent.json()]).toEqual([201, null])
    const listed = await call('/api/v1/mail/folders/sent/messages')
    expect(listAnswer.parse(await listed.json()).messages).toEqual([])
  })

  test('keeps the session alive when somebody reads, not when a page looks at its lists', async () => {
    await append()
    asked = []
    await call('/api/v1/mail/folders')
    await call('/api/v1/mail/folders/inbox/messages')
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'GET'])
    await call('/api/v1/mail/folders/inbox/messages/1')
    expect(asked.at(-1)?.url).toBe('http://localhost:8025/api/v1/session/extend')
  })

  test.each([
    ['GET', 'folders/none/messages', 'mail/not-found'],
    ['GET', 'folders/..%2f..%2finbox/messages', 'mail/not-found'],
    ['GET', 'folders/inbox/messages/0', 'mail/not-found'],
    ['GET', 'folders/inbox/messages/1e99', 'mail/not-found'],
    ['GET', 'folders/inbox/messages?limit=100000', 'request/malformed'],
    ['GET', 'folders/inbox/messages?before=x', 'request/malformed'],
    ['POST', 'folders/inbox/messages', 'request/malformed'],
    ['POST', 'send', 'request/malformed'],
    ['PATCH', 'folders/inbox/messages/1', 'request/malformed'],
    ['PUT', 'folders', 'request/not-found'],
  ])('answers %s %s with %s', async (method, path, code) => {
    expect(await codeOf(await call(`/api/v1/mail/${path}`, { method }))).toBe(code)
  })
})

describe('every answer', () => {
  test.each(['/', '/assets/app-1a2b.js', '/readyz', '/api/v1/keys', '/api/v1/none', '/nothing.js'])(
    'from %s carries the protective headers',
    async (path) => {
      const { headers } = await call(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
      expect(headers.get('cache-control')).not.toBeNull()
    },
  )

  test('is logged by pattern and code, without a word of the caller', async () => {
    await call('/api/v1/mail/folders/inbox/messages/77?secret=alice@example.com')
    expect(log[0]).toMatchObject({
      method: 'GET',
      route: '/api/v1/mail/folders/:folder/messages/:uid',
      status: 404,
      code: 'mail/not-found',
    })
    expect(JSON.stringify(log)).not.toMatch(/secret|alice|77/)
  })
})

describe('readiness', () => {
  test('needs no session, and names the part that does not work', async () => {
    expect((await call('/readyz', { headers: { cookie: '' } })).status).toBe(200)
    databaseReady = false
    const answer = await call('/readyz', { headers: { cookie: '' } })
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({ ready: false })
    expect((await call('/healthz')).status).toBe(200)
  })
})
