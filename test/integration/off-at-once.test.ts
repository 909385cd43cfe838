import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { askToSwitchOn } from '#api/keys/changes/ask.ts'
import { byOperator } from '#api/keys/lifecycle/by.ts'
import { removeUser } from '#api/keys/lifecycle/remove-user.ts'
import { switchOff } from '#api/keys/lifecycle/switch-key.ts'
import { closeRecords } from '#api/keys/records.ts'
import { KeyClient } from '#test/support/key-client.ts'
import {
  type KeyCompany,
  openCompany,
  openReplica,
  type Person,
} from '#test/support/key-company.ts'
import { unwrapBody } from '#test/support/key-requests.ts'
import { startPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { unwrapAnswer } from '#shared/contract/keys.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** How often each way to go off is tried. */
    readonly repeats: number
  }
}

const REPEATS = inject('repeats')
const CLIENTS = 24 // more than a user's turns at the token: some operations wait in line
const AT_THE_TOKEN = 20 // milliseconds: all lines together ask for far more than 50 a second
const SOME = 20 // answers before it goes off

let server: TestPostgres
let company: KeyCompany
let other: Pick<KeyCompany, 'records' | 'app'>
beforeAll(async () => {
  server = await startPostgres()
  const place = await server.createDatabase()
  company = await openCompany(place)
  other = await openReplica(company, place)
  company.hsm.beforeAnswer = () => new Promise((resolve) => setTimeout(resolve, AT_THE_TOKEN))
}, 120_000)
afterAll(async () => {
  await closeRecords(other.records)
  await closeRecords(company.records)
  await server.stop()
})

type Way = {
  readonly how: string
  /** What calls hear from then on. */
  readonly status: number
  readonly act: (person: Person, session: KeyClient) => Promise<unknown>
}

const WAYS: readonly Way[] = [
  {
    how: 'somebody at another machine switches it off',
    status: 403,
    act: ({ encryptKey }) => switchOff(other.records, encryptKey.id, 'root'),
  },
  {
    how: 'its owner switches all their keys off',
    status: 403,
    act: async (_person, session) => {
      expect((await session.send('POST', '/keys/switch-off')).status).toBe(200)
    },
  },
  {
    how: 'its owner is removed',
    status: 401,
    act: ({ user }) => removeUser(other.records, user.id, byOperator('root')),
  },
]
const TRIES = WAYS.flatMap((way, index) =>
  Array.from({ length: REPEATS }, (_, round) => ({ ...way, username: `user-${index}-${round}` })),
)

test.each(TRIES)(
  'of a key nothing is released after $how, under load on two replicas ($username)',
  async ({ username, status, act }) => {
    const person = await company.hire(username)
    const { id } = person.encryptKey
    const { db, journal } = company.records
    await db.updateTable('keys').set({ perMinute: 1e6, perDay: 1e6 }).execute()
    const session = await company.signedIn(person)
    const released: string[] = []
    let isOff = false
    let late = 0
    const readUntilRefused = async (client: KeyClient) => {
      for (;;) {
        const askedAfter = isOff
        const answer = await client.post(`/keys/${id}/unwrap`, unwrapBody())
        if (answer.status !== 200) return answer.status
        released.push(unwrapAnswer.parse(await answer.json()).operation)
        if (askedAfter) late++
      }
    }
    const readers = spread(session).map(readUntilRefused)
    await expect.poll(() => released.length, { timeout: 25_000 }).toBeGreaterThan(SOME)
    expect(company.deps.turns.waiting).toBeGreaterThan(0)
    await act(person, session)
    isOff = true
    expect(await Promise.all(readers)).toEqual(Array(CLIENTS).fill(status))
    expect(late).toBe(0)
    const { before, after } = await recorded(id)
    expect(after).toEqual([])
    expect([...released].sort()).toEqual(before.sort())
    if (status === 401) return
    const waiting = await journal.write((tx, append, now) =>
      askToSwitchOn(tx, append, now, id, byOperator('root')),
    )
    expect(waiting).toMatchObject({ state: 'open' }) // off it stays, until two agree
  },
  60_000,
)

/** Twins of the session, at each replica in turn. */
function spread({ cookie }: KeyClient): KeyClient[] {
  return Array.from({ length: CLIENTS }, (_, index) => {
    const twin = new KeyClient(index % 2 === 0 ? company.app : other.app)
    twin.cookie = cookie
    return twin
  })
}

/**
 * The operations recorded as released, before and after the key went off. Transactions that write take their turn at
 * one lock, so the number that PostgreSQL gave to each is the order of commits; within one, of works that waited for
 * the disk together, it is the order in the writer's chain.
 */
async function recorded(keyId: string): Promise<{ before: string[]; after: string[] }> {
  type Row = { operation: string; action: string; number: string; sequence: number }
  const { rows } = await sql<Row>`
    select operation, action, xmin::text as number, sequence from audit_entries
    where key_id = ${keyId} and outcome = 'done' and action in ('unwrap', 'key-switched-off')
      and phase in ('result', 'event')`.execute(company.records.db)
  const off = rows.filter(({ action }) => action === 'key-switched-off')
  const [end, ...more] = off
  if (end === undefined || more.length > 0) throw new Error('switched off once, and on record')
  const isLate = ({ number, sequence }: Row) =>
    number === end.number ? sequence > end.sequence : BigInt(number) > BigInt(end.number)
  const results = rows.filter(({ action }) => action === 'unwrap')
  const operations = (some: Row[]) => some.map(({ operation }) => operation)
  return {
    before: operations(results.filter((row) => !isLate(row))),
    after: operations(results.filter(isLate)),
  }
}
