import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyAudit } from '#api/keys/audit/verify.ts'
import { switchOff } from '#api/keys/lifecycle/switch-key.ts'
import { closeRecords } from '#api/keys/records.ts'
import { listPasskeys } from '#api/storage/passkeys.ts'
import { approvalAnswer } from '#shared/contract/approvals.ts'
import { KeyClient } from '#test/support/key-client.ts'
import {
  type KeyCompany,
  openCompany,
  openReplica,
  type Person,
} from '#test/support/key-company.ts'
import { setPolicy } from '#test/support/key-policy.ts'
import { signBody, unwrapBody } from '#test/support/key-requests.ts'
import { challengePasskey, signedInWithPasskey } from '#test/support/passkey-steps.ts'
import { startPostgres, type TestPostgres } from '#test/support/postgres.ts'

let folder = ''
let server: TestPostgres
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-replicas-'))
  server = await startPostgres()
}, 60_000)
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

const DATABASES = [
  { where: 'one key service on SQLite', replicas: 1, make: () => join(folder, 'postern.db') },
  { where: 'two on PostgreSQL', replicas: 2, make: () => server.createDatabase() },
] as const

describe.each(DATABASES)('what $where are asked at once', ({ replicas, make }) => {
  let company: KeyCompany
  let alice: Person
  let other: Pick<KeyCompany, 'records' | 'app'>
  beforeAll(async () => {
    const place = await make()
    company = await openCompany(place)
    alice = await company.hire('alice')
    other = replicas === 2 ? await openReplica(company, place) : company
  }, 60_000)
  afterAll(async () => {
    expect(await verifyAudit(company.records.db)).toMatchObject({ kind: 'intact' })
    if (other !== company) await closeRecords(other.records)
    await closeRecords(company.records)
  })

  /** Clients with this one's session, at each service in turn. */
  function spread(client: KeyClient, count: number): KeyClient[] {
    return Array.from({ length: count }, (_, index) => {
      const twin = new KeyClient(index % 2 === 0 ? company.app : other.app)
      twin.cookie = client.cookie
      return twin
    })
  }

  test('one code opens exactly one session', async () => {
    const half = company.client()
    const { username } = alice.user
    await half.post('/session/password', { username, password: alice.password, device: 'Phone' })
    const code = await company.codeOf(alice)
    const answers = await Promise.all(
      spread(half, 50).map((client) => client.post('/session/factor', { kind: 'totp', code })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('one answer of a passkey is taken exactly once, however far its counter is', async () => {
    const { client, device } = await signedInWithPasskey(company, alice)
    const proof = device.get(await challengePasskey(client), { counter: 0xfffffffe })
    const answers = await Promise.all(
      spread(client, 20).map((twin) => twin.post('/session/recovery-codes', { proof })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    const next = device.get(await challengePasskey(client), { counter: 0xffffffff })
    await client.post('/session/recovery-codes', { proof: next })
    const { db } = company.records
    expect(await listPasskeys(db, alice.user.id)).toMatchObject([{ counter: 0xffffffff }])
  })

  test('a quota lets exactly as many through as it says', async () => {
    const client = await company.signedIn(alice)
    const { id } = alice.encryptKey
    const answers = await Promise.all(
      spread(client, 100).map((twin) => twin.post(`/keys/${id}/unwrap`, unwrapBody())),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(60)
  })

  test('an approval lets as many uses through as it is good for, wherever they come in', async () => {
    const uses = 7
    await setPolicy(company, alice.signKey, { approval: 'each-use', approvalUses: uses })
    const client = await company.signedIn(alice)
    company.clock.pass(60)
    const { id } = alice.signKey
    const body = signBody()
    const proof = { kind: 'totp', code: await company.codeOf(alice) }
    const asked = { operation: 'sign', key: id, digests: [body.digest.value], proof }
    const made = await Promise.all(spread(client, 10).map((twin) => twin.post('/approvals', asked)))
    const [given, ...more] = made.filter(({ status }) => status === 201)
    expect(more).toEqual([]) // one code, one approval
    const { approval } = approvalAnswer.parse(await given?.json())
    const answers = await Promise.all(
      spread(client, 50).map((twin) => twin.post(`/keys/${id}/sign`, { ...body, approval })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(uses)
    await setPolicy(company, alice.signKey, { approval: 'none' })
  })

  test('a change that comes in many times with one idempotency key is made once', async () => {
    const client = await company.signedIn(alice)
    const { db } = company.records
    const sessions = () => db.selectFrom('auditEntries').select('operation')
    const ended = () => sessions().where('action', '=', 'sign-out').execute()
    const victim = await company.signedIn(alice)
    const { id } = (await (await victim.get('/session')).json()) as { id: string }
    const before = (await ended()).length
    const key = { 'Idempotency-Key': 'end-it' }
    const end = (twin: KeyClient) => twin.send('DELETE', `/session/devices/${id}`, null, key)
    const answers = await Promise.all(spread(client, 20).map(end))
    expect(answers.some(({ status }) => status === 204)).toBe(true)
    for (const { status } of answers) expect([204, 409]).toContain(status)
    expect((await end(client)).status).toBe(204)
    expect(await ended()).toHaveLength(before + 1)
  })

  test('of a key that is switched off, nothing is released after that', async () => {
    const { db } = company.records
    await db.updateTable('keys').set({ perMinute: 1e6, perDay: 1e6 }).execute()
    const client = await company.signedIn(alice)
    const { id } = alice.encryptKey
    company.hsm.beforeAnswer = () => new Promise((resolve) => setTimeout(resolve, 2))
    let isOff = false
    let late = 0
    let released = 0
    const readUntilRefused = async (twin: KeyClient) => {
      for (;;) {
        const askedAfter = isOff
        const answer = await twin.post(`/keys/${id}/unwrap`, unwrapBody())
        if (answer.status !== 200) return answer.status
        released++
        if (askedAfter) late++
      }
    }
    const readers = spread(client, 8).map(readUntilRefused)
    await expect.poll(() => released, { timeout: 20_000 }).toBeGreaterThan(20)
    await switchOff(other.records, id, 'root')
    isOff = true
    expect(await Promise.all(readers)).toEqual(Array(8).fill(403))
    expect(late).toBe(0)
  })
})
