import { currentCode } from '#api/keys/auth/one-time-code.ts'
import { createKeyService } from '#api/keys/app.ts'
import type { CertificateAuthority } from '#api/keys/lifecycle/authority.ts'
import { addAnchor } from '#api/keys/lifecycle/anchors.ts'
import { createKey } from '#api/keys/lifecycle/keys.ts'
import { enrolTotp } from '#api/keys/lifecycle/totp.ts'
import { createUser, setPassword } from '#api/keys/lifecycle/users.ts'
import { openRecords, type Records } from '#api/keys/records.ts'
import type { KeyServiceDeps } from '#api/keys/service.ts'
import type { ProblemLog } from '#api/problem.ts'
import { utf8 } from '#shared/bytes.ts'
import { TestClock } from './clock.ts'
import { KeyClient } from './key-client.ts'
import { SoftwareHsm } from './software-hsm.ts'
import type { KeyRow, Role, UserRow } from '#api/storage/schema.ts'

export type Person = {
  readonly user: UserRow
  readonly password: string
  readonly seed: string
  readonly signKey: KeyRow
  readonly encryptKey: KeyRow
}

/** A key service with a database and a clock of its own. */
export type KeyCompany<H extends KeyServiceDeps['hsm'] = SoftwareHsm> = {
  readonly records: Records
  readonly clock: TestClock
  readonly hsm: H
  readonly app: ReturnType<typeof createKeyService>
  readonly reported: Parameters<ProblemLog>[0][]
  hire(username: string, roles?: readonly Role[]): Promise<Person>
  codeOf(person: Person): Promise<string>
  client(): KeyClient
  /** A client that has shown both factors. */
  signedIn(person: Person): Promise<KeyClient>
}

/** For tests that never look into a certificate. */
const placeholderAuthority: CertificateAuthority = {
  issue: ({ address, purpose }) =>
    Promise.resolve([utf8(`certificate of ${address} to ${purpose}`)]),
}

export async function openCompany(path = ':memory:'): Promise<KeyCompany> {
  return openCompanyWith(new SoftwareHsm(), () => placeholderAuthority, path)
}

export async function openCompanyWith<H extends KeyServiceDeps['hsm']>(
  hsm: H,
  authorityOf: (
    records: Records & { hsm: H },
  ) => CertificateAuthority | Promise<CertificateAuthority>,
  path = ':memory:',
): Promise<KeyCompany<H>> {
  const clock = new TestClock()
  const records = await openRecords(path, clock.read)
  const reported: Parameters<ProblemLog>[0][] = []
  const app = createKeyService({
    ...records,
    hsm,
    session: { idleSeconds: 900, absoluteSeconds: 43_200 },
    publicOrigin: null,
    log: (report) => reported.push(report),
  })
  const authority = await authorityOf({ ...records, hsm })
  await addAnchor(records, utf8('the anchor'))
  const codeOf = ({ seed }: Person) => currentCode(seed, clock.read())

  return {
    records,
    clock,
    hsm,
    app,
    reported,
    codeOf,
    client: () => new KeyClient(app),
    async hire(username, roles = []) {
      const address = `${username}@example.com`
      const user = await createUser(records, { username, name: username, address, roles })
      const password = `the password of ${username}`
      await setPassword(records, user, password)
      const { seed } = await enrolTotp({ ...records, hsm }, user)
      const maker = { ...records, hsm, authority }
      const signKey = await createKey(maker, user, 'sign', 'ec-p256')
      const encryptKey = await createKey(maker, user, 'encrypt', 'rsa-2048')
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
