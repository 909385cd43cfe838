import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyAudit } from '#api/keys/audit/verify.ts'
import { createKeyService } from '#api/keys/app.ts'
import { createOpenIdProvider } from '#api/keys/auth/openid/provider.ts'
import { putSetting } from '#api/storage/settings.ts'
import { listIdentities } from '#api/storage/identities.ts'
import { OPENID_CALLBACK } from '#api/same-origin.ts'
import type { SignInPolicy } from '#shared/contract/admin/sign-in-policy.ts'
import { openIdAnswer, waysAnswer } from '#shared/contract/openid.ts'
import { walk } from '#test/support/browser-walk.ts'
import { KeyClient, problemOf } from '#test/support/key-client.ts'
import { openCompany } from '#test/support/key-company.ts'
import { CLIENT, startOpenId, type TestOpenId } from '#test/support/openid-provider.ts'

const CALLBACK = `http://localhost${OPENID_CALLBACK}`
const ALICE = { subject: 'a-1', email: 'Alice@Example.com', emailVerified: true }

let provider: TestOpenId
beforeAll(async () => {
  provider = await startOpenId([CALLBACK])
})
afterAll(() => provider.stop())

async function begin(policy: Partial<SignInPolicy> = { openIdLinksByAddress: true }) {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const { db } = company.records
  const settings = { ...CLIENT, issuer: provider.issuer, name: 'Company login', hosts: [] }
  const deps = { ...company.deps, openId: createOpenIdProvider(settings) }
  const app = createKeyService(deps)
  const decide = (decided: Partial<SignInPolicy>) =>
    putSetting(db, { section: 'signIn', value: JSON.stringify(decided), changedAt: 'now' })
  await decide(policy)
  provider.account = ALICE
  return { company, alice, db, app, decide, client: () => new Browser(app) }
}

/** A browser that keeps both cookies, and goes where it is led. */
class Browser {
  readonly jar = new Map<string, string>()
  readonly #app: ReturnType<typeof createKeyService>

  constructor(app: ReturnType<typeof createKeyService>) {
    this.#app = app
  }

  async send(path: string, init: RequestInit = {}, site = 'same-origin'): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('sec-fetch-site', site)
    headers.set('sec-fetch-mode', site === 'cross-site' ? 'navigate' : 'cors')
    const kept = [...this.jar].filter(([name]) => site === 'same-origin' || name.endsWith('openid'))
    headers.set('cookie', kept.map(([name, value]) => `${name}=${value}`).join('; '))
    const answer = await this.#app.request(`http://localhost${path}`, { ...init, headers })
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ''] = set.split(';')
      const [name = '', value = ''] = pair.split('=')
      if (value === '') this.jar.delete(name)
      else this.jar.set(name, value)
    }
    return answer
  }

  post(path: string, body: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    return this.send(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  /** Where the provider leads back to. */
  async goThere(): Promise<URL> {
    const answer = await this.post('/api/v1/session/openid', { device: 'Laptop' })
    const { url } = openIdAnswer.parse(await answer.json())
    return new URL(await walk(url, CALLBACK))
  }

  comeBack({ pathname, search }: URL): Promise<Response> {
    return this.send(`${pathname}${search}`, {}, 'cross-site')
  }

  /** The page that it ends on. */
  async signIn(): Promise<string | null> {
    return (await this.comeBack(await this.goThere())).headers.get('location')
  }
}

test('after the provider a code is still to be shown, and then the session is open', async () => {
  const { company, alice, client } = await begin()
  const browser = client()
  expect(await browser.signIn()).toBe('/?sign-in=factor')
  const ways = waysAnswer.parse(await (await browser.send('/api/v1/session/ways')).json())
  expect(ways).toEqual({ passwords: true, openId: { name: 'Company login' }, factors: ['totp'] })
  expect((await problemOf(await browser.send('/api/v1/keys'))).code).toBe('factor/required')
  const proof = { kind: 'totp', code: await company.codeOf(alice) }
  expect((await browser.post('/api/v1/session/factor', proof)).status).toBe(200)
  expect((await browser.send('/api/v1/keys')).status).toBe(200)
  expect(await verifyAudit(company.records.db)).toMatchObject({ kind: 'intact' })
})

test('where the policy says so, the provider stands for both', async () => {
  const { db, client } = await begin({ openIdLinksByAddress: true, openIdCountsAs: 'both' })
  const browser = client()
  expect(await browser.signIn()).toBe('/')
  expect((await browser.send('/api/v1/keys')).status).toBe(200)
  const sessions = await db.selectFrom('sessions').select(['device', 'means', 'stage']).execute()
  expect(sessions).toEqual([{ device: 'Laptop', means: 'openid', stage: 'full' }])
})

test('an account is tied to its user once, by an address that the provider has verified', async () => {
  const { db, alice, decide, client } = await begin({})
  expect(await client().signIn()).toBe('/?sign-in=unknown')
  await decide({ openIdLinksByAddress: true })
  provider.account = { ...ALICE, emailVerified: false }
  expect(await client().signIn()).toBe('/?sign-in=unknown')
  provider.account = { ...ALICE, email: 'mallory@example.com' }
  expect(await client().signIn()).toBe('/?sign-in=unknown')
  provider.account = ALICE
  expect(await client().signIn()).toBe('/?sign-in=factor')
  provider.account = { ...ALICE, subject: 'a-2' } // somebody else got the address
  expect(await client().signIn()).toBe('/?sign-in=unknown')
  await decide({})
  provider.account = { ...ALICE, email: 'renamed@example.com' }
  expect(await client().signIn()).toBe('/?sign-in=factor')
  const { issuer } = provider
  expect(await listIdentities(db, alice.user.id)).toMatchObject([{ issuer, subject: 'a-1' }])
  const said = db.selectFrom('auditEntries').select(['action', 'outcome', 'code'])
  expect(await said.where('action', 'in', ['openid-linked', 'sign-in']).execute()).toEqual([
    ...Array<object>(3).fill({ action: 'sign-in', outcome: 'refused', code: 'policy/denied' }),
    { action: 'openid-linked', outcome: 'done', code: null },
    { action: 'sign-in', outcome: 'refused', code: 'policy/denied' },
  ])
})

test('an answer is good for the browser that asked, once, and as the provider gave it', async () => {
  const { client } = await begin({ openIdLinksByAddress: true, openIdCountsAs: 'both' })
  const [one, other] = [client(), client()]
  const mine = await one.goThere()
  expect((await other.comeBack(mine)).headers.get('location')).toBe('/?sign-in=late')
  await other.goThere()
  expect((await other.comeBack(mine)).headers.get('location')).toBe('/?sign-in=failed')
  expect((await one.comeBack(mine)).headers.get('location')).toBe('/')
  expect((await one.comeBack(mine)).headers.get('location')).toBe('/?sign-in=late')
  const forged = await one.goThere()
  forged.searchParams.set('code', 'another')
  expect((await one.comeBack(forged)).headers.get('location')).toBe('/?sign-in=failed')
  const elsewhere = await one.goThere()
  elsewhere.searchParams.set('iss', 'http://localhost:1') // RFC 9207
  expect((await one.comeBack(elsewhere)).headers.get('location')).toBe('/?sign-in=failed')
  expect([...other.jar.keys()]).toEqual([])
})

test('who says no at the provider is told so', async () => {
  const { client } = await begin()
  provider.account = null
  expect(await client().signIn()).toBe('/?sign-in=denied')
})

test('a provider that is away is said to be, and found again when it is back', async () => {
  const { company } = await begin()
  const settings = { ...CLIENT, issuer: 'http://localhost:1', name: 'Company login', hosts: [] }
  const app = createKeyService({ ...company.deps, openId: createOpenIdProvider(settings) })
  const answer = await new Browser(app).post('/api/v1/session/openid', {})
  expect(await problemOf(answer)).toMatchObject({ status: 503, code: 'openid/unreachable' })
})

test('other sites reach that one address, by going there, and nothing else', async () => {
  const { app, client } = await begin()
  const call = (path: string, method: string, mode: string) =>
    app.request(`http://localhost${path}`, {
      method,
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode },
    })
  expect((await call(OPENID_CALLBACK, 'GET', 'navigate')).status).toBe(303)
  for (const [path, method, mode] of [
    [OPENID_CALLBACK, 'GET', 'cors'],
    [OPENID_CALLBACK, 'POST', 'navigate'],
    [`${OPENID_CALLBACK}/x`, 'GET', 'navigate'],
    ['/api/v1/session/openid', 'POST', 'navigate'],
    ['/api/v1/session', 'GET', 'navigate'],
  ] as const) {
    const refused = await problemOf(await call(path, method, mode))
    expect([path, refused.code]).toEqual([path, 'request/forbidden-origin'])
  }
  const given = (await client().post('/api/v1/session/openid', {})).headers.get('set-cookie')
  expect(given).toMatch(
    /^__Host-postern-openid=.*Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax/,
  )
})

test('passwords are not taken where the company has decided so, and are where there is nothing else', async () => {
  const { company, alice, app, decide, client } = await begin({ openIdLinksByAddress: true })
  const byPassword = new KeyClient(app)
  const login = { username: 'alice', password: alice.password }
  await byPassword.post('/session/password', login)
  await byPassword.post('/session/factor', { kind: 'totp', code: await company.codeOf(alice) })
  expect((await byPassword.get('/keys')).status).toBe(200)
  await decide({ passwords: false, openIdLinksByAddress: true })
  expect((await problemOf(await byPassword.get('/keys'))).code).toBe('session/expired')
  const refused = await problemOf(await new KeyClient(app).post('/session/password', login))
  expect(refused.code).toBe('policy/denied')
  expect(await client().signIn()).toBe('/?sign-in=factor')
  expect((await company.client().post('/session/password', login)).status).toBe(200)
})
