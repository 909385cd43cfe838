import { expect, test } from 'vitest'
import { keysAnswer, unwrapAnswer } from '#shared/contract/keys.ts'
import { sealingContext } from '#shared/contract/sealing.ts'
import { sessionSchema, signInAnswer } from '#shared/contract/session.ts'
import { openCompany } from '#test/support/key-company.ts'
import { problemOf } from '#test/support/key-client.ts'
import { createHash } from 'node:crypto'
import { unwrapBody } from '#test/support/key-requests.ts'

test('password, then code: the session opens, and both secrets differ', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const client = company.client()
  const half = await client.post('/session/password', {
    username: 'Alice ',
    password: alice.password,
    device: "Alice's phone",
  })
  expect(signInAnswer.parse(await half.json())).toEqual({
    state: 'factor-required',
    factors: ['totp'],
  })
  expect(half.headers.get('set-cookie')).toMatch(
    /^__Host-postern=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  expect((await problemOf(await client.get('/session'))).code).toBe('factor/required')
  const halfCookie = client.cookie
  const full = await client.post('/session/factor', {
    kind: 'totp',
    code: await company.codeOf(alice),
  })
  expect(signInAnswer.parse(await full.json())).toMatchObject({ state: 'signed-in' })
  expect(client.cookie).not.toBe(halfCookie)
  const session = sessionSchema.parse(await (await client.get('/session')).json())
  expect(session).toMatchObject({
    user: { username: 'alice', name: 'alice', address: 'alice@example.com' },
    roles: [],
    device: "Alice's phone",
    idleExpiresAt: '2025-03-01T09:15:00.000Z',
    absoluteExpiresAt: '2025-03-01T21:00:00.000Z',
  })
  client.cookie = halfCookie
  expect((await problemOf(await client.get('/session'))).code).toBe('session/expired')
})

test('a user sees their keys, and has an entry opened for this session, key, entry and operation', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const client = await company.signedIn(alice)
  const { keys } = keysAnswer.parse(await (await client.get('/keys')).json())
  expect(keys.map((key) => key.id).sort()).toEqual([alice.signKey.id, alice.encryptKey.id].sort())
  const body = unwrapBody()
  const answer = unwrapAnswer.parse(
    await (await client.post(`/keys/${alice.encryptKey.id}/unwrap`, body)).json(),
  )
  const { id: session } = sessionSchema.parse(await (await client.get('/session')).json())
  const entry = Buffer.from(body.recipient.encryptedKey, 'base64url')
  expect(company.hsm.lastUnwrap?.context).toEqual(
    sealingContext({
      session,
      key: alice.encryptKey.id,
      entryDigest: createHash('sha256').update(entry).digest(),
      operation: answer.operation,
    }),
  )
})
