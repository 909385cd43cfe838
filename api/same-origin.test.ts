import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { onProblem } from './problem.ts'
import { sameOrigin } from './same-origin.ts'

function appBehind(publicOrigin: string | null): Hono {
  const app = new Hono()
  app.onError(onProblem(() => undefined))
  app.use(sameOrigin(publicOrigin))
  app.all('/', (c) => c.text('done'))
  return app
}

const OWN = { host: 'localhost:8025' }

test.each([
  [403, 'POST', { ...OWN, 'sec-fetch-site': 'cross-site' }],
  [403, 'DELETE', { ...OWN, 'sec-fetch-site': 'same-site' }],
  [403, 'PUT', { ...OWN, 'sec-fetch-site': 'none' }],
  [403, 'POST', { ...OWN, origin: 'https://evil.example' }],
  [403, 'POST', { ...OWN, origin: 'http://localhost:9999' }],
  [403, 'POST', { ...OWN, origin: 'null' }],
  [403, 'POST', { ...OWN, 'sec-fetch-site': 'cross-site', origin: 'http://localhost:8025' }],
  [200, 'POST', { ...OWN, 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8025' }],
  [200, 'POST', { ...OWN, origin: 'http://localhost:8025' }],
  [200, 'POST', { ...OWN }],
  [403, 'GET', { ...OWN, 'sec-fetch-site': 'cross-site' }],
  [403, 'GET', { ...OWN, 'sec-fetch-site': 'same-site' }],
  [403, 'HEAD', { ...OWN, 'sec-fetch-site': 'cross-site' }],
  [403, 'GET', { ...OWN, origin: 'https://evil.example' }],
  [200, 'GET', { ...OWN, 'sec-fetch-site': 'same-origin' }],
  [200, 'GET', { ...OWN, 'sec-fetch-site': 'none' }],
  [200, 'GET', { ...OWN }],
] as const)('%i for %s with %o', async (status, method, headers) => {
  const answer = await appBehind(null).request('/', { method, headers: { ...headers } })
  expect(answer.status).toBe(status)
})

test('behind a proxy the public origin is our own, whatever the host is called inside', async () => {
  const app = appBehind('https://mail.example.com')
  const post = (origin: string) =>
    app.request('/', { method: 'POST', headers: { host: '10.0.0.7:8025', origin } })
  expect((await post('https://mail.example.com')).status).toBe(200)
  expect((await post('http://10.0.0.7:8025')).status).toBe(403)
})
