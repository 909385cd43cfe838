import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listen, type Listening } from './listen.ts'

const HEAD = 'Host: localhost\r\nContent-Length: 1000\r\n'
const SHORT = 200 // milliseconds

let server: Listening
beforeEach(async () => {
  const app = new Hono()
  app.onError((_error, c) => c.text('cut off', 500))
  app.post('*', async (c) => c.text((await c.req.text()).length.toString()))
  server = await listen(app, 0, '127.0.0.1', { headers: SHORT, body: SHORT, mail: 60_000 })
})
afterEach(() => server.close())

/** Sends the beginning of a request, and its rest after a while; what came back until the connection ended. */
async function slowly(begin: string, rest: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => undefined) // the server's doing
  socket.write(begin)
  const answer = text(socket).catch(() => '')
  await sleep(8 * SHORT)
  socket.end(rest)
  return answer
}

test.each([
  ['a head', 'POST /api/v1/session HTTP/1.1\r\nHost: local', 'host\r\n\r\n'],
  ['a body', `POST /api/v1/session HTTP/1.1\r\n${HEAD}\r\n{`, 'x'.repeat(999)],
])('%s that does not come to its end in time ends the connection', async (_what, begin, rest) => {
  expect(await slowly(begin, rest)).not.toContain('200 OK')
})

test('mail may take its time', async () => {
  const begin = `POST /api/v1/mail/send HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`
  expect(await slowly(begin, 'x'.repeat(1000))).toMatch(/200 OK[\s\S]*1000/)
})

test.each(['GET', 'POST'])('an answer to a %s may take longer than its request', async (method) => {
  const app = new Hono()
  app.all('*', async (c) => {
    await sleep(3 * SHORT)
    return c.text('done')
  })
  const slow = await listen(app, 0, '127.0.0.1', { headers: SHORT, body: SHORT, mail: SHORT })
  const body = method === 'POST' ? 'x' : null
  const answer = await fetch(`http://127.0.0.1:${slow.port}/`, { method, body })
  expect(await answer.text()).toBe('done')
  await slow.close()
})

test('while it stops, a running call ends well, and a new one hears when to come again', async () => {
  const reached = Promise.withResolvers<undefined>()
  const mayEnd = Promise.withResolvers<undefined>()
  const app = new Hono()
  app.get('/slow', async (c) => {
    reached.resolve(undefined)
    await mayEnd.promise
    return c.text('whole')
  })
  const stopping = await listen(app, 0, '127.0.0.1')
  const origin = `http://127.0.0.1:${stopping.port}`
  const running = fetch(`${origin}/slow`)
  await reached.promise
  const closed = stopping.close()
  const refused = await fetch(`${origin}/slow`)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await refused.json()).toMatchObject({ code: 'service/busy' })
  mayEnd.resolve(undefined)
  expect(await (await running).text()).toBe('whole')
  await closed
  await expect(fetch(`${origin}/slow`)).rejects.toThrow()
})

test('an answer that takes too long is cut, so that a server which has to stop does', async () => {
  const reached = Promise.withResolvers<undefined>()
  const app = new Hono()
  app.get('*', () => {
    reached.resolve(undefined)
    return new Promise<Response>(() => undefined)
  })
  const stopping = await listen(app, 0, '127.0.0.1', { drain: SHORT })
  const endless = fetch(`http://127.0.0.1:${stopping.port}/`).catch((error: unknown) => error)
  await reached.promise
  await stopping.close()
  expect(await endless).toBeInstanceOf(Error)
})
