import { Validator } from '@seriousme/openapi-schema-validator'
import { Hono } from 'hono'
import { afterAll, expect, test } from 'vitest'
import { createGateway } from '#api/gateway/app.ts'
import { openApiDocument } from '#api/gateway/openapi.ts'
import { takesIdempotencyKey } from '#shared/contract/calls/call.ts'
import { CALLS } from '#shared/contract/calls/every.ts'
import { openCompany } from '#test/support/key-company.ts'
import { unwrapBody } from '#test/support/key-requests.ts'

const company = await openCompany()
afterAll(() => company.records.db.destroy())

const never = () => Promise.reject(new Error('no test comes here'))
const gateway = createGateway({
  keys: async (request) => company.app.fetch(request),
  findMailbox: never,
  outbox: { send: never },
  webBuild: import.meta.dirname,
  publicOrigin: null,
  readiness: {},
  logAccess: () => undefined,
  logProblem: () => undefined,
})

/** The routes below `/api/v1`, as `get /keys/{}`: a parameter's name is nobody's business. */
function routesOf(app: Hono): string[] {
  return app.routes
    .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/v1/'))
    .map(({ method, path }) => described(method, path.replace('/api/v1', '')))
}

function described(method: string, path: string): string {
  const parts = path.replace(/(?<=.)\/$/, '').replace(/:\w+(\{[^}]*\})?|\{\w+\}/g, '{}')
  return `${method.toLowerCase()} ${parts}`
}

test('each route is described, and each description has its route', () => {
  const routes = new Set([...routesOf(gateway), ...routesOf(company.app)])
  const calls = CALLS.map(({ method, path }) => described(method, path))
  expect([...routes].sort()).toEqual(calls.sort())
})

test('a route that nobody described would be seen', () => {
  const app = new Hono()
  app.get('/api/v1/forgotten/:id{.+}', (c) => c.body(null))
  expect(routesOf(app)).toContain('get /forgotten/{}')
})

test('the document is valid OpenAPI 3.1, and the validator tells', async () => {
  const valid = await new Validator().validate(openApiDocument())
  expect(valid.errors).toBeUndefined()
  expect(valid.valid).toBe(true)
  const broken = await new Validator().validate({ ...openApiDocument(), info: {} })
  expect(broken.valid).toBe(false)
})

test('it is served as it is made, to anybody', async () => {
  const answer = await gateway.request('http://localhost/api/v1/openapi.json', {
    headers: { host: 'localhost' },
  })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual(openApiDocument())
})

test('it tells of bytes as text, and of each refusal its status and code', () => {
  const unwrap = CALLS.filter(({ path }) => path === '/keys/{id}/unwrap')
  const text = JSON.stringify(openApiDocument(unwrap))
  expect(text).toContain('"sealTo":{"type":"string","maxLength":87,"contentEncoding":"base64url"}')
  expect(text).toContain(`"required":${JSON.stringify(Object.keys(unwrapBody()))}`)
  expect(text).toMatch(/"403":\{"description":"Refused: [^"]*key\/disabled/)
})

test('a call takes an idempotency key where it is said to, and nowhere else', async () => {
  const alice = await company.hire('alice')
  await company.records.db.updateTable('users').set({ roles: 'admin' }).execute()
  const client = await company.signedIn(alice)
  const ofKeyService = CALLS.filter(
    ({ method, caller, path }) =>
      method !== 'get' && caller === 'signed-in' && !path.startsWith('/mail/'),
  )
  for (const call of ofKeyService) {
    const path = call.path.replaceAll(/\{\w+\}/g, 'A'.repeat(22))
    const wrong = { 'Idempotency-Key': 'with a blank' }
    const answer = await client.send(call.method.toUpperCase(), path, '{}', wrong)
    const refused = (await answer.text()).includes('The idempotency key is wrong.')
    expect([call.path, refused]).toEqual([call.path, takesIdempotencyKey(call)])
  }
})
