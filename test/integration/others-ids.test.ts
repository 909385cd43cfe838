import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGateway } from '#api/gateway/app.ts'
import { askToSwitchOn } from '#api/keys/changes/ask.ts'
import { byOperator } from '#api/keys/lifecycle/by.ts'
import { createLocalMailboxes } from '#api/mail/local-mailboxes.ts'
import { randomId } from '#api/random-id.ts'
import { activityAnswer } from '#shared/contract/activity.ts'
import type { Call } from '#shared/contract/calls/call.ts'
import { CALLS } from '#shared/contract/calls/every.ts'
import { unwrapBatchAnswer } from '#shared/contract/keys.ts'
import { problemSchema } from '#shared/contract/problem.ts'
import { utf8 } from '#shared/bytes.ts'
import { KeyClient } from '#test/support/key-client.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { signBody, unwrapBody } from '#test/support/key-requests.ts'

/** Names of things of somebody. */
type Ids = {
  readonly key: string
  readonly signKey: string
  readonly session: string
  readonly factor: string
  readonly user: string
  readonly change: string
  readonly uid: number
  /** Of an entry in their log. */
  readonly operation: string
}

type Asked = { readonly path: string; readonly body?: unknown }

/** A proof that is good now: what is refused is refused for the id. */
type Ask = (ids: Ids, proof: unknown) => Asked

/** Each call that names something of a user, and how. */
const NAMING: Readonly<Record<string, Ask>> = {
  'delete /session/devices/{id}': ({ session }) => ({ path: `/session/devices/${session}` }),
  'post /session/factors/{id}/removal': ({ factor }, proof) => {
    return { path: `/session/factors/${factor}/removal`, body: { proof } }
  },
  'post /keys/{id}/unwrap': ({ key }) => ({ path: `/keys/${key}/unwrap`, body: unwrapBody() }),
  'post /keys/{id}/sign': ({ signKey }) => ({ path: `/keys/${signKey}/sign`, body: signBody() }),
  'post /keys/unwrap': ({ key }) => {
    const { sealTo, ...entry } = unwrapBody()
    return { path: '/keys/unwrap', body: { sealTo, entries: [{ ...entry, key }] } }
  },
  'post /approvals': ({ signKey: key }, proof) => {
    const digests = [randomBytes(32).toString('base64url')]
    return { path: '/approvals', body: { operation: 'sign', key, digests, proof } }
  },
  'get /activity': ({ operation }) => ({ path: `/activity?before=${operation}` }),
  'get /mail/folders/{folder}/messages/{uid}': ({ uid }) => ({ path: message(uid) }),
  'patch /mail/folders/{folder}/messages/{uid}': ({ uid }) => {
    return { path: message(uid), body: { seen: true } }
  },
  'delete /mail/folders/{folder}/messages/{uid}': ({ uid }) => ({ path: message(uid) }),
  'post /mail/folders/{folder}/messages/{uid}/move': ({ uid }) => {
    return { path: `${message(uid)}/move`, body: { to: 'trash' } }
  },
}

/** Calls that name nothing that is somebody's: who calls is all that they know. */
const NAMELESS = [
  'post /session/password',
  'post /session/factor', // a passkey's challenge is good in its own session alone: api/keys/auth/passkeys
  'post /session/enrolment',
  'get /session/ways',
  'post /session/openid',
  'get /session/openid/callback', // what it brings is good in the browser that asked: test/integration/openid.test.ts
  'get /session',
  'post /session/extend',
  'delete /session',
  'get /session/devices',
  'get /session/factors',
  'post /session/factors',
  'post /session/passkey-challenges',
  'post /session/passkey-registrations',
  'post /session/recovery-codes',
  'post /session/password-change',
  'get /keys',
  'post /keys/switch-off',
  'get /directory/certificates', // everybody's certificates are for everybody
  'get /trust',
  'get /mail/folders',
  'get /mail/folders/{folder}/messages',
  'post /mail/folders/{folder}/messages',
  'post /mail/send',
  'get /openapi.json',
]

const message = (uid: number) => `/mail/folders/inbox/messages/${uid}`
const nameOf = ({ method, path }: Call) => `${method} ${path}`
const forAdministrators = CALLS.filter(({ path }) => path.startsWith('/admin/'))

let folder = ''
let company: KeyCompany
let gateway: ReturnType<typeof createGateway>
let alice: Person
let alices: KeyClient
let ofBob: Ids
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-others-'))
  company = await openCompany()
  const findMailbox = createLocalMailboxes(folder)
  gateway = openGateway(company, findMailbox)
  const bob = await company.hire('bob')
  alice = await company.hire('alice')
  const bobs = await company.signedIn(bob)
  alices = throughTheGateway(await company.signedIn(alice))
  const inbox = await findMailbox('bob')
  const letter = utf8('Subject: For Bob\r\n\r\nFor nobody else.\r\n')
  const { uid } = await inbox.append('inbox', pieces(letter), {
    flags: { seen: false, flagged: false },
  })
  ofBob = { ...(await idsOf(bob, bobs)), uid }
})
afterAll(async () => {
  await company.records.db.destroy()
  rmSync(folder, { recursive: true })
})

function openGateway({ app }: KeyCompany, findMailbox: ReturnType<typeof createLocalMailboxes>) {
  return createGateway({
    keys: async (request) => app.fetch(request),
    findMailbox,
    outbox: { send: () => Promise.reject(new Error('no test comes here')) },
    webBuild: import.meta.dirname,
    publicOrigin: null,
    readiness: {},
    logAccess: () => undefined,
    logProblem: () => undefined,
  })
}

function throughTheGateway({ cookie }: KeyClient): KeyClient {
  const client = new KeyClient({
    request(path, init) {
      const headers = new Headers(init.headers)
      headers.set('host', 'localhost')
      return gateway.request(`http://localhost${path}`, { ...init, headers })
    },
  })
  client.cookie = cookie
  return client
}

async function idsOf({ user, encryptKey, signKey }: Person, client: KeyClient) {
  const { db, journal } = company.records
  const sessions = db.selectFrom('sessions').select('id').where('userId', '=', user.id)
  const factors = db.selectFrom('factors').select('id').where('userId', '=', user.id)
  const use = await client.post(`/keys/${encryptKey.id}/unwrap`, unwrapBody())
  const { operation } = (await use.json()) as { operation: string }
  await client.send('POST', '/keys/switch-off')
  const change = await journal.write((tx, append, now) =>
    askToSwitchOn(tx, append, now, encryptKey.id, byOperator('root')),
  )
  if (change === null) throw new Error('the key is on')
  company.hsm.calls.length = 0
  return {
    key: encryptKey.id,
    signKey: signKey.id,
    session: (await sessions.executeTakeFirstOrThrow()).id,
    factor: (await factors.executeTakeFirstOrThrow()).id,
    user: user.id,
    change: change.id,
    operation,
  }
}

function unknownIds(): Ids {
  const [key, signKey, session, factor, user] = [1, 2, 3, 4, 5].map(randomId) as [
    string,
    string,
    string,
    string,
    string,
  ]
  return {
    key,
    signKey,
    session,
    factor,
    user,
    change: randomId(),
    uid: 987,
    operation: randomId(),
  }
}

async function* pieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes)
}

async function ask(method: string, { path, body }: Asked) {
  const text = body === undefined ? null : JSON.stringify(body)
  const answer = await alices.send(method.toUpperCase(), path, text)
  return { status: answer.status, body: await answer.text() }
}

/** The problem, its trace id apart: of a batch, that of its one entry. */
function told({ body }: { body: string }) {
  const read: unknown = JSON.parse(body)
  const batch = unwrapBatchAnswer.safeParse(read)
  const entry = batch.data?.answers[0]
  const problem =
    entry === undefined
      ? problemSchema.parse(read)
      : problemSchema.parse('problem' in entry ? entry.problem : null)
  return { ...problem, traceId: '' }
}

/** All that a call of somebody else could have changed. */
async function stateOfBob() {
  const { db } = company.records
  const [keys, sessions, factors, users, changes] = await Promise.all([
    db.selectFrom('keys').selectAll().where('userId', '=', ofBob.user).execute(),
    db.selectFrom('sessions').selectAll().where('userId', '=', ofBob.user).execute(),
    db.selectFrom('factors').selectAll().where('userId', '=', ofBob.user).execute(),
    db.selectFrom('users').selectAll().where('id', '=', ofBob.user).execute(),
    db.selectFrom('changes').selectAll().execute(),
  ])
  return { keys, sessions, factors, users, changes }
}

async function freshProof() {
  company.clock.pass(30)
  return { kind: 'totp', code: await company.codeOf(alice) }
}

test('each call is told apart: it names something of a user, or nothing, or is for administrators', () => {
  const known = [...Object.keys(NAMING), ...NAMELESS, ...forAdministrators.map(nameOf)]
  expect(known.sort()).toEqual(CALLS.map(nameOf).sort())
})

test.each(Object.entries(NAMING))(
  '%s answers of what is somebody else’s as of what is nobody’s, with 404',
  async (name, asking) => {
    const method = name.split(' ', 1)[0] ?? ''
    const before = await stateOfBob()
    const others = await ask(method, asking(ofBob, await freshProof()))
    const nobodys = await ask(method, asking(unknownIds(), await freshProof()))
    expect(told(others)).toMatchObject({ status: 404 })
    expect(told(others)).toEqual(told(nobodys))
    expect(others.status).toBe(nobodys.status)
    expect(others.body).toHaveLength(nobodys.body.length)
    expect(company.hsm.calls).toEqual([])
    expect(await stateOfBob()).toEqual(before)
  },
)

test.each(forAdministrators.map((call) => [nameOf(call), call] as const))(
  '%s is an unknown address for who administrates nothing',
  async (_name, { method, path }) => {
    const before = await stateOfBob()
    const id = path.includes('/keys/')
      ? ofBob.key
      : path.includes('/users/')
        ? ofBob.user
        : ofBob.change
    const real = path.replace('{id}', id).replace('{section}', 'changes')
    expect(real).not.toContain('{')
    const body = method === 'get' ? {} : { body: { roles: [], proof: await freshProof() } }
    const answer = await ask(method, { path: real, ...body })
    const unknown = await ask(method, { path: '/admin/no-such-thing', ...body })
    expect(told(answer)).toMatchObject({ status: 404, code: 'request/not-found' })
    expect(told(answer)).toEqual(told(unknown))
    expect(company.hsm.calls).toEqual([])
    expect(await stateOfBob()).toEqual(before)
  },
)

test('the same ids open these things for their owner', async () => {
  const { activity } = activityAnswer.parse(await (await alices.get('/activity')).json())
  expect(activity.length).toBeGreaterThan(0)
  expect((await alices.post(`/keys/${alice.encryptKey.id}/unwrap`, unwrapBody())).status).toBe(200)
  expect(company.hsm.calls).toEqual(['unwrap'])
})
