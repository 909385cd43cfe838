import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { approvalAnswer } from '#shared/contract/approvals.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { setPolicy } from '#test/support/key-policy.ts'
import { signBody, unwrapBody } from '#test/support/key-requests.ts'
import { switchOn } from '#test/support/switch-on.ts'
import { switchOff } from '../lifecycle/switch-key.ts'

let company: KeyCompany
let alice: Person
let bob: Person
let client: KeyClient
beforeAll(async () => {
  company = await openCompany()
  alice = await company.hire('alice')
  bob = await company.hire('bob')
})
beforeEach(async () => {
  client = await company.signedIn(alice)
  company.clock.pass(60) // the next code
})
afterAll(() => company.records.db.destroy())

const sha256 = (bytes: Uint8Array | string) =>
  createHash('sha256').update(bytes).digest('base64url')

type Asked = { operation: 'sign' | 'unwrap'; key: string; digests: string[] }

async function askApproval(asked: Asked, of = client, code?: string): Promise<Response> {
  const proof = { kind: 'totp', code: code ?? (await company.codeOf(alice)) }
  return of.post('/approvals', { ...asked, proof })
}

async function approve(asked: Asked, of = client) {
  const answer = await askApproval(asked, of)
  expect(answer.status).toBe(201)
  return approvalAnswer.parse(await answer.json())
}

const sign = (body: object, of = client) => of.post(`/keys/${alice.signKey.id}/sign`, body)
const unwrap = (body: object, of = client) => of.post(`/keys/${alice.encryptKey.id}/unwrap`, body)
const toSign = (...digests: string[]): Asked => {
  return { operation: 'sign', key: alice.signKey.id, digests }
}
const toUnwrap = (...digests: string[]): Asked => {
  return { operation: 'unwrap', key: alice.encryptKey.id, digests }
}

function auditOf(action: 'approval-made' | 'approval-spent' | 'sign') {
  const query = company.records.db.selectFrom('auditEntries').selectAll()
  return query.where('action', '=', action).orderBy('sequence').execute()
}

describe('a key whose each use is approved', () => {
  beforeEach(() => setPolicy(company, alice.signKey, { approval: 'each-use', approvalUses: 1 }))

  test('signs for an approval, once, and tells what it needs', async () => {
    const body = signBody()
    const bare = await problemOf(await sign(body))
    expect(bare).toMatchObject({ status: 403, code: 'approval/required' })
    expect(bare.needs).toEqual({ mode: 'each-use', minutes: 5, uses: 1 })
    const { approval, usesLeft, expiresAt } = await approve(toSign(body.digest.value))
    expect(usesLeft).toBe(1)
    expect(Date.parse(expiresAt) - company.clock.read().getTime()).toBe(300_000)
    expect((await sign({ ...body, approval })).status).toBe(200)
    const again = await problemOf(await sign({ ...body, approval }))
    expect(again).toMatchObject({ code: 'approval/spent', needs: { mode: 'each-use' } })
  })

  test('signs nothing but what was approved, in no other session, and not after its time', async () => {
    const [one, two] = [signBody(), signBody()]
    const { approval } = await approve(toSign(one.digest.value))
    expect((await problemOf(await sign({ ...two, approval }))).code).toBe('approval/spent')
    const elsewhere = await company.signedIn(alice)
    const borrowed = await sign({ ...one, approval }, elsewhere)
    expect((await problemOf(borrowed)).code).toBe('approval/spent')
    const made = await problemOf(await sign({ ...one, approval: sha256('made up') }))
    expect(made.code).toBe('approval/spent')
    company.clock.pass(300)
    expect((await problemOf(await sign({ ...one, approval }))).code).toBe('approval/spent')
  })

  test('an approval for many uses lets exactly so many of fifty at once through, each on record', async () => {
    await setPolicy(company, alice.signKey, { approvalUses: 7 })
    const body = signBody()
    const { approval } = await approve(toSign(body.digest.value))
    const before = company.hsm.calls.length
    const answers = await Promise.all(Array.from({ length: 50 }, () => sign({ ...body, approval })))
    const codes = await Promise.all(
      answers.map(async (answer) => (answer.ok ? 'done' : (await problemOf(answer)).code)),
    )
    expect(codes.filter((code) => code === 'done')).toHaveLength(7)
    expect(codes.filter((code) => code === 'approval/spent')).toHaveLength(43)
    expect(company.hsm.calls.slice(before).filter((call) => call === 'sign')).toHaveLength(7)
    const made = (await auditOf('approval-made')).at(-1)
    expect(made).toMatchObject({ userId: alice.user.id, keyId: alice.signKey.id, outcome: 'done' })
    expect(made?.digest).toBe(sha256(approval))
    expect(made?.entryDigest).toBe(sha256(JSON.stringify([body.digest.value])))
    const spent = (await auditOf('approval-spent')).filter(({ digest }) => digest === made?.digest)
    const intents = (await auditOf('sign')).filter(
      ({ phase, digest }) => phase === 'intent' && digest === body.digest.value,
    )
    expect(spent.map(({ operation }) => operation)).toEqual(
      intents.map(({ operation }) => operation),
    )
    expect(spent).toHaveLength(7)
  })

  test.each([
    ['the key is switched off and on', () => offAndOn()],
    ['its policy changes', () => setPolicy(company, alice.signKey, { perDay: 599 })],
  ])('what was approved is void when %s', async (_what, change) => {
    const body = signBody()
    const { approval } = await approve(toSign(body.digest.value))
    await change()
    expect((await problemOf(await sign({ ...body, approval }))).code).toBe('approval/spent')
  })

  async function offAndOn() {
    await switchOff(company.records, alice.signKey.id, 'root')
    await switchOn(company.records, alice.signKey.id, 'root')
  }

  test('one code makes one approval, and the code of the sign-in makes none', async () => {
    const fresh = await company.signedIn(alice)
    const used = await company.codeOf(alice)
    const asked = toSign(signBody().digest.value)
    expect((await problemOf(await askApproval(asked, fresh, used))).code).toBe('factor/rejected')
    company.clock.pass(60)
    expect((await askApproval(asked, fresh)).status).toBe(201)
    expect((await problemOf(await askApproval(asked, fresh))).code).toBe('factor/rejected')
    const refused = (await auditOf('approval-made')).filter(({ outcome }) => outcome === 'refused')
    expect(refused).toHaveLength(2)
  })

  test('what cannot be approved uses up no code', async () => {
    const digests = [sha256('x')]
    const refused = [
      await askApproval({ operation: 'sign', key: bob.signKey.id, digests }),
      await askApproval({ operation: 'unwrap', key: alice.signKey.id, digests }),
      await askApproval({ operation: 'unwrap', key: alice.encryptKey.id, digests }),
    ]
    const codes = await Promise.all(refused.map(async (answer) => (await problemOf(answer)).code))
    expect(codes).toEqual(['key/not-found', 'key/wrong-purpose', 'policy/denied'])
    expect((await askApproval(toSign(...digests))).status).toBe(201)
  })

  test('the approval is stored as a hash alone', async () => {
    const { approval } = await approve(toSign(signBody().digest.value))
    const rows = await company.records.db.selectFrom('approvals').selectAll().execute()
    expect(rows.map(({ hash }) => hash)).toContain(sha256(approval))
    expect(JSON.stringify(rows)).not.toContain(approval)
  })
})

describe('a key that is approved for a while', () => {
  beforeEach(() =>
    setPolicy(company, alice.encryptKey, { approval: 'period', approvalMinutes: 10 }),
  )

  test('opens anything in that time and session, without naming the approval', async () => {
    const first = await problemOf(await unwrap(unwrapBody()))
    expect(first).toMatchObject({
      code: 'approval/required',
      needs: { mode: 'period', minutes: 10, uses: null },
    })
    const { usesLeft } = await approve(toUnwrap(sha256(randomBytes(8))))
    expect(usesLeft).toBeNull()
    for (let n = 0; n < 3; n++) expect((await unwrap(unwrapBody())).status).toBe(200)
    const elsewhere = await company.signedIn(alice)
    const other = await problemOf(await unwrap(unwrapBody(), elsewhere))
    expect(other.code).toBe('approval/required')
    company.clock.pass(9 * 60)
    expect((await problemOf(await unwrap(unwrapBody()))).code).toBe('approval/required')
  })

  test('the approval of another key is none', async () => {
    await setPolicy(company, alice.signKey, { approval: 'period' })
    await approve(toSign(sha256('x')))
    expect((await sign(signBody())).status).toBe(200)
    expect((await problemOf(await unwrap(unwrapBody()))).code).toBe('approval/required')
  })
})

test('beyond its free uses of a day a key needs an approval', async () => {
  const carol = await company.hire('carol')
  await setPolicy(company, carol.encryptKey, { approvalAbove: 3 })
  const session = await company.signedIn(carol)
  const open = () => session.post(`/keys/${carol.encryptKey.id}/unwrap`, unwrapBody())
  const together = await Promise.all([open(), open(), open(), open(), open()])
  expect(together.filter(({ ok }) => ok)).toHaveLength(3)
  const problem = await problemOf(await open())
  expect(problem).toMatchObject({
    code: 'approval/required',
    needs: { mode: 'period', uses: null },
  })
  company.clock.pass(60)
  const proof = { kind: 'totp', code: await company.codeOf(carol) }
  const asked = { operation: 'unwrap', key: carol.encryptKey.id, digests: [sha256('x')], proof }
  expect((await session.post('/approvals', asked)).status).toBe(201)
  expect((await open()).status).toBe(200)
})

test('a key that wants to hear what the user saw signs nothing unsaid', async () => {
  await setPolicy(company, alice.signKey, { approval: 'none', requireContent: true })
  const { context, ...unsaid } = signBody()
  expect((await problemOf(await sign(unsaid))).code).toBe('policy/denied')
  const toNobody = { ...unsaid, context: { ...context, to: [] } }
  expect((await problemOf(await sign(toNobody))).code).toBe('policy/denied')
  expect((await sign({ ...unsaid, context })).status).toBe(200)
  await setPolicy(company, alice.signKey, { requireContent: false })
  expect((await sign(unsaid)).status).toBe(200)
})
