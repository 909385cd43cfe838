import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { approvalAnswer } from '#shared/contract/approvals.ts'
import { unwrapBatchAnswer } from '#shared/contract/keys.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { setPolicy } from '#test/support/key-policy.ts'
import { unwrapBody } from '#test/support/key-requests.ts'
import { randomId } from '../../random-id.ts'

let company: KeyCompany
let alice: Person
let bob: Person
beforeAll(async () => {
  company = await openCompany()
  alice = await company.hire('alice')
  bob = await company.hire('bob')
})
afterAll(() => company.records.db.destroy())

type Entry = Omit<ReturnType<typeof unwrapBody>, 'sealTo'> & { key: string; approval?: string }

function entryFor(key: string, approval?: string): Entry {
  const { recipient, content, message } = unwrapBody()
  return { recipient, content, message, key, ...(approval === undefined ? {} : { approval }) }
}

async function askFor(client: KeyClient, entries: readonly Entry[]) {
  const { sealTo } = unwrapBody()
  const answer = await client.post('/keys/unwrap', { entries, sealTo })
  expect(answer.status).toBe(200)
  return unwrapBatchAnswer.parse(await answer.json()).answers
}

const codesOf = (answers: Awaited<ReturnType<typeof askFor>>) =>
  answers.map((answer) => ('value' in answer ? 'done' : answer.problem.code))

test('each entry is answered on its own, in order, and is on record on its own', async () => {
  const client = await company.signedIn(alice)
  const { encryptKey, signKey } = alice
  const mine = [entryFor(encryptKey.id), entryFor(encryptKey.id)] as const
  const keys = [bob.encryptKey.id, signKey.id, randomId()]
  const answers = await askFor(client, [mine[0], ...keys.map((key) => entryFor(key)), mine[1]])
  const refused = ['key/not-found', 'key/wrong-purpose', 'key/not-found']
  expect(codesOf(answers)).toEqual(['done', ...refused, 'done'])
  const operations = answers.flatMap((answer) => ('value' in answer ? answer.value.operation : []))
  expect(new Set(operations).size).toBe(2)
  for (const [index, operation] of operations.entries()) {
    const { db } = company.records
    const entries = await db
      .selectFrom('auditEntries')
      .selectAll()
      .where('operation', '=', operation)
      .orderBy('sequence')
      .execute()
    expect(entries.map(({ phase }) => phase)).toEqual(['intent', 'result'])
    expect(entries[0]?.digest).toBe(mine[index]?.message.digest)
  }
})

test('a batch may use up half of the quota, and leaves the rest for what is asked one by one', async () => {
  const carol = await company.hire('carol')
  const { id } = carol.encryptKey
  for (const key of [carol.encryptKey, carol.signKey])
    await setPolicy(company, key, { perMinute: 9 })
  const client = await company.signedIn(carol)
  const answers = await askFor(
    client,
    Array.from({ length: 20 }, () => entryFor(id)),
  )
  expect(codesOf(answers)).toEqual([
    ...Array.from({ length: 4 }, () => 'done'),
    ...Array.from({ length: 16 }, () => 'quota/exceeded'),
  ])
  const last = answers.at(-1)
  expect(last !== undefined && 'problem' in last && last.problem.retryAfter).toBe(60)
  for (let n = 5; n <= 9; n++) {
    expect((await client.post(`/keys/${id}/unwrap`, unwrapBody())).status).toBe(200)
  }
  const tenth = await client.post(`/keys/${id}/unwrap`, unwrapBody())
  expect((await problemOf(tenth)).code).toBe('quota/exceeded')
})

test('one approval opens the entries that it names, each once', async () => {
  const dave = await company.hire('dave')
  const { id } = dave.encryptKey
  await setPolicy(company, dave.encryptKey, { approval: 'each-use', approvalUses: 3 })
  const client = await company.signedIn(dave)
  company.clock.pass(60)
  const entries = Array.from({ length: 4 }, () => entryFor(id))
  const digests = entries.slice(0, 3).map(({ recipient: { encryptedKey } }) => {
    const bytes = Buffer.from(encryptedKey, 'base64url')
    return createHash('sha256').update(bytes).digest('base64url')
  })
  const proof = { kind: 'totp', code: await company.codeOf(dave) }
  const asked = { operation: 'unwrap', key: id, digests, proof }
  const made = await client.post('/approvals', asked)
  const { approval } = approvalAnswer.parse(await made.json())
  const answers = await askFor(
    client,
    entries.map((entry) => ({ ...entry, approval })),
  )
  expect(codesOf(answers)).toEqual(['done', 'done', 'done', 'approval/spent'])
})

test('more than fifty entries, or none, are refused whole', async () => {
  const client = await company.signedIn(alice)
  const { sealTo } = unwrapBody()
  for (const length of [0, 51]) {
    const entries = Array.from({ length }, () => entryFor(alice.encryptKey.id))
    const answer = await client.post('/keys/unwrap', { entries, sealTo })
    expect((await problemOf(answer)).code).toBe('request/malformed')
  }
})
