import { currentCode } from '#api/keys/auth/one-time-code.ts'
import { createKeyService } from '#api/keys/app.ts'
import { createKey } from '#api/keys/lifecycle/keys.ts'
import { openTokenAuthority } from '#api/keys/lifecycle/token-authority.ts'
import { enrolTotp } from '#api/keys/lifecycle/factors.ts'
import { createUser, setPassword } from '#api/keys/lifecycle/users.ts'
import type { OperationMeter } from '#api/keys/operations/meter.ts'
import { Turns, USUAL_TURNS } from '#api/keys/operations/turns.ts'
import type { Alarm } from '#api/keys/policy/alarm.ts'
import { openRecords, type Records } from '#api/keys/records.ts'
import type { KeyServiceDeps } from '#api/keys/service.ts'
import type { ProblemLog } from '#api/problem.ts'
import type { KeyAlgorithm } from '#shared/contract/keys.ts'
import { TestClock } from './clock.ts'
import { KeyClient } from './key-client.ts'
import { SoftwareHsm } from './software-hsm.ts'
import type { DatabasePlace } from '#api/storage/db.ts'
import type { KeyRow, UserRow } from '#api/storage/schema.ts'

export type Person = {
  readonly user: UserRow
  readonly password: string
  readonly seed: string
  readonly signKey: KeyRow
  readonly encryptKey: KeyRow
}

export type Algorithms = { readonly sign: KeyAlgorithm; readonly encrypt: KeyAlgorithm }

/** A key service with a database and a clock of its own. */
export type KeyCompany<H extends KeyServiceDeps['hsm'] = SoftwareHsm> = {
  readonly records: Records
  readonly clock: TestClock
  readonly hsm: H
  readonly deps: KeyServiceDeps
  readonly app: ReturnType<typeof createKeyService>
  readonly reported: Parameters<ProblemLog>[0][]
  readonly metered: Parameters<OperationMeter>[0][]
  readonly alarms: Alarm[]
  hire(username: string, algorithms?: Algorithms): Promise<Person>
  codeOf(person: Person): Promise<string>
  client(): KeyClient
  /** A client that has shown both factors. */
  signedIn(person: Person): Promise<KeyClient>
}

const AUTHORITY = {
  name: 'Example Authority',
  organization: 'Example',
  algorithm: 'ec-p256',
  backdateDays: 0,
} as const

/** A company whose token is in memory; its own calls of the token are not counted. */
export async function openCompany(place: DatabasePlace = ':memory:'): Promise<KeyCompany> {
  return openCompanyWith(new SoftwareHsm(), place)
}

export async function openCompanyWith<H extends KeyServiceDeps['hsm']>(
  hsm: H,
  place: DatabasePlace = ':memory:',
): Promise<KeyCompany<H>> {
  const clock = new TestClock()
  const records = await openRecords(place, clock.read)
  const reported: Parameters<ProblemLog>[0][] = []
  const metered: Parameters<OperationMeter>[0][] = []
  const alarms: Alarm[] = []
  const deps: KeyServiceDeps = {
    ...records,
    hsm,
    session: { idleSeconds: 86_400, absoluteSeconds: 604_800 },
    openId: null,
    turns: new Turns(USUAL_TURNS),
    meter: (over) => metered.push(over),
    alarmed: (alarm) => alarms.push(alarm),
    publicOrigin: null,
    log: (report) => reported.push(report),
  }
  const app = createKeyService(deps)
  const authority = await openTokenAuthority({ ...records, hsm }, AUTHORITY)
  const codeOf = ({ seed }: Person) => currentCode(seed, clock.read())

  return {
    records,
    clock,
    hsm,
    deps,
    app,
    reported,
    metered,
    alarms,
    codeOf,
    client: () => new KeyClient(app),
    async hire(username, algorithms = { sign: 'ec-p256', encrypt: 'rsa-2048' }) {
      const address = `${username}@example.com`
      const user = await createUser(records, { username, name: username, address, roles: [] })
      const password = `the password of ${username}`
      await setPassword(records, user, password)
      const { seed } = await enrolTotp({ ...records, hsm }, user)
      const maker = { ...records, hsm, authority }
      const signKey = await createKey(maker, user, 'sign', algorithms.sign)
      const encryptKey = await createKey(maker, user, 'encrypt', algorithms.encrypt)
      if (hsm instanceof SoftwareHsm) hsm.calls.length = 0 // what follows is users' work
      return { user, password, seed, signKey, encryptKey }
    },
    async signedIn(person) {
      clock.pass(60) // a code is good once: the next sign-in has another one
      const client = new KeyClient(app)
      const { username } = person.user
      await client.post('/session/password', {
        username,
        password: person.password,
        device: 'Phone',
      })
      const answer = await client.post('/session/factor', {
        kind: 'totp',
        code: await codeOf(person),
      })
      if (answer.status !== 200) throw new Error(`sign-in: ${await answer.text()}`)
      return client
    },
  }
}

/** Another key service on the company's database, as a second machine would be; its token and clock are the same. */
export async function openReplica(
  { deps, clock }: KeyCompany,
  place: DatabasePlace,
): Promise<Pick<KeyCompany, 'records' | 'app'>> {
  const records = await openRecords(place, clock.read)
  return { records, app: createKeyService({ ...deps, ...records }) }
}
