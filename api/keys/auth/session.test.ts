import { expect, test } from 'vitest'
import { devicesAnswer, sessionSchema } from '#shared/contract/session.ts'
import { type KeyCompany, openCompany } from '#test/support/key-company.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'

const MINUTE = 60

async function codeFrom(client: KeyClient, path: string): Promise<string> {
  return (await problemOf(await client.get(path))).code
}

function signOuts(company: KeyCompany) {
  const entries = company.records.db.selectFrom('auditEntries').selectAll()
  return entries.where('action', '=', 'sign-out').execute()
}

test('a session that is not used ends after the idle time', async () => {
  const company = await openCompany()
  const client = await company.signedIn(await company.hire('alice'))
  company.clock.pass(15 * MINUTE - 1)
  expect((await client.get('/session')).status).toBe(200)
  company.clock.pass(1)
  expect(await codeFrom(client, '/session')).toBe('session/expired')
  expect(await codeFrom(client, '/keys')).toBe('session/expired')
})

test('looking at the session does not keep it open; other calls do, and so does extending', async () => {
  const company = await openCompany()
  const client = await company.signedIn(await company.hire('alice'))
  const opened = sessionSchema.parse(await (await client.get('/session')).json())
  company.clock.pass(10 * MINUTE)
  const looked = sessionSchema.parse(await (await client.get('/session')).json())
  expect(looked.idleExpiresAt).toBe(opened.idleExpiresAt)
  await client.get('/keys')
  company.clock.pass(10 * MINUTE)
  const extended = sessionSchema.parse(await (await client.post('/session/extend')).json())
  expect(Date.parse(extended.idleExpiresAt) - Date.parse(extended.now)).toBe(15 * MINUTE * 1000)
  company.clock.pass(10 * MINUTE)
  expect((await client.get('/session')).status).toBe(200)
  company.clock.pass(5 * MINUTE)
  expect(await codeFrom(client, '/session')).toBe('session/expired')
})

test('a session in constant use ends after the absolute time', async () => {
  const company = await openCompany()
  const client = await company.signedIn(await company.hire('alice'))
  for (let minutes = 0; minutes < 12 * 60; minutes += 10) {
    expect((await client.get('/keys')).status).toBe(200)
    company.clock.pass(10 * MINUTE)
  }
  expect(await codeFrom(client, '/keys')).toBe('session/expired')
})

test('the last stretch is cut at the absolute time', async () => {
  const company = await openCompany()
  const client = await company.signedIn(await company.hire('alice'))
  for (let minutes = 0; minutes < 12 * 60 - 10; minutes += 10) {
    company.clock.pass(10 * MINUTE)
    await client.get('/keys')
  }
  const session = sessionSchema.parse(await (await client.get('/session')).json())
  expect(session.idleExpiresAt).toBe(session.absoluteExpiresAt)
})

test('without a cookie, or with one that nobody gave, a session is required', async () => {
  const company = await openCompany()
  const client = company.client()
  expect(await codeFrom(client, '/session')).toBe('session/required')
  client.cookie = '__Host-postern=' + 'A'.repeat(43)
  for (const path of ['/session', '/session/devices', '/keys', '/activity', '/trust']) {
    expect(await codeFrom(client, path)).toBe('session/required')
  }
  expect(await codeFrom(client, '/directory/certificates?address=a@b.c')).toBe('session/required')
})

test('half a session is good for the second factor only, and for five minutes', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const client = company.client()
  await client.post('/session/password', { username: 'alice', password: alice.password })
  expect(await codeFrom(client, '/keys')).toBe('factor/required')
  company.clock.pass(5 * MINUTE)
  const code = await company.codeOf(alice)
  const late = await client.post('/session/factor', { kind: 'totp', code })
  expect((await problemOf(late)).code).toBe('session/expired')
})

test('signing out ends the session, clears the cookie and the browser cache, and is in the audit once', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const client = await company.signedIn(alice)
  const cookie = client.cookie
  const answer = await client.delete('/session')
  expect(answer.status).toBe(204)
  expect(answer.headers.get('set-cookie')).toMatch(/^__Host-postern=; Max-Age=0; Path=\//)
  expect(answer.headers.get('clear-site-data')).toBe('"cache"')
  client.cookie = cookie
  expect(await codeFrom(client, '/session')).toBe('session/expired')
  await client.delete('/session')
  expect(await signOuts(company)).toHaveLength(1)
})

test('a user sees their devices and ends one from another', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const phone = await company.signedIn(alice)
  const laptop = await company.signedIn(alice)
  const { devices } = devicesAnswer.parse(await (await laptop.get('/session/devices')).json())
  expect(devices.map((device) => device.current)).toEqual([true, false])
  const other = devices.find((device) => !device.current)!
  expect((await laptop.delete(`/session/devices/${other.id}`)).status).toBe(204)
  expect(await codeFrom(phone, '/keys')).toBe('session/expired')
  expect((await laptop.get('/keys')).status).toBe(200)
})

test("another user's session cannot be ended, and looks like one that does not exist", async () => {
  const company = await openCompany()
  const alice = await company.signedIn(await company.hire('alice'))
  const bob = await company.signedIn(await company.hire('bob'))
  const { id } = sessionSchema.parse(await (await bob.get('/session')).json())
  const foreign = await problemOf(await alice.delete(`/session/devices/${id}`))
  const absent = await problemOf(await alice.delete(`/session/devices/${'A'.repeat(22)}`))
  expect({ ...foreign, traceId: '' }).toEqual({ ...absent, traceId: '' })
  expect(foreign.status).toBe(404)
  expect((await bob.get('/keys')).status).toBe(200)
})

test('signing in again in the same browser ends the session before, on record', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const client = await company.signedIn(alice)
  const before = client.cookie
  await client.post('/session/password', { username: 'alice', password: alice.password })
  await client.post('/session/password', { username: 'alice', password: alice.password })
  client.cookie = before
  expect(await codeFrom(client, '/session')).toBe('session/expired')
  expect(await signOuts(company)).toHaveLength(1) // the half session in between was never signed in
})

test('the database holds no secret that opens a session', async () => {
  const company = await openCompany()
  const client = await company.signedIn(await company.hire('alice'))
  const secret = client.cookie?.split('=')[1]
  const rows = await company.records.db.selectFrom('sessions').selectAll().execute()
  expect(secret).toHaveLength(43)
  expect(JSON.stringify(rows)).not.toContain(secret)
})
