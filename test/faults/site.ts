import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#api/clock.ts'
import { closeRecords, openRecords, type Records } from '#api/keys/records.ts'
import { Closing } from '#api/start/closing.ts'
import { hire, type Worker } from '../bench/keys/company.ts'
import { RemoteToken } from '../support/p11-kit.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { createSoftToken, type SoftToken } from '../support/soft-token.ts'
import { startTestHsm } from '../support/test-hsm.ts'
import type { SoftAuthenticator } from '../support/soft-authenticator.ts'
import { enrolPasskey, PUBLIC_ORIGIN } from './passkey.ts'
import { Replica } from './replica.ts'

/** Two servers, one PostgreSQL, one token behind `p11-kit server`: each a process that can be killed. */
export type Site = {
  readonly replicas: readonly [Replica, Replica]
  readonly database: TestPostgres
  readonly token: RemoteToken
  /** The same records, opened by this process: to look, and to act as the `postern` command does. */
  readonly records: Records
  /** The settings by which a `postern` command finds the same records. */
  readonly env: Readonly<Record<string, string>>
  readonly people: readonly Worker[]
  /** Of the second of them. */
  readonly passkey: SoftAuthenticator
  close(): Promise<void>
}

/** @param people so many users with keys, signed in: two or more */
export async function openSite(people: number): Promise<Site> {
  const closing = new Closing()
  try {
    return await openParts(people, closing)
  } catch (error) {
    await closing.run().catch(() => undefined)
    throw error
  }
}

async function openParts(people: number, closing: Closing): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-site-'))
  closing.add(() => rmSync(folder, { recursive: true }))
  const database = await startPostgres()
  closing.add(() => database.stop())
  const soft = await createSoftToken()
  closing.add(() => soft.remove())
  const place = await database.createDatabase()
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, place.password ?? '', { mode: 0o400 })
  const env = {
    POSTERN_DATABASE: place.url,
    POSTERN_DATABASE_PASSWORD_FILE: passwordFile,
    POSTERN_ORIGIN: PUBLIC_ORIGIN,
  }
  const records = await openRecords(place, systemClock)
  closing.add(() => closeRecords(records))
  const hired = await hireAt(soft, env, records, people)
  const token = new RemoteToken(soft)
  await token.start()
  closing.add(() => token.kill())
  const settings = { ...env, ...token.settings() }
  const replicas = [await Replica.start(settings), await Replica.start(settings)] as const
  for (const replica of replicas) closing.add(() => replica.remove())
  const close = () => closing.run()
  return { replicas, database, token, records, env, ...hired, close }
}

/**
 * Users are made, and sign in, at a server that reaches the token directly: the protocol of p11-kit carries no AES-GCM,
 * which seals their seeds. Their sessions are good at every server.
 */
async function hireAt(
  soft: SoftToken,
  env: Readonly<Record<string, string>>,
  records: Records,
  count: number,
): Promise<Pick<Site, 'people' | 'passkey'>> {
  const { modulePath, environment, label, pinFile } = soft
  const direct = await Replica.start({
    ...env,
    ...environment,
    POSTERN_PKCS11_MODULE: modulePath,
    POSTERN_MODULE_ENVIRONMENT: Object.keys(environment).join(' '),
    POSTERN_TOKEN_LABEL: label,
    POSTERN_PIN_FILE: pinFile,
  })
  const hsm = await startTestHsm(soft)
  try {
    const people = await hire({ ...records, hsm }, direct.origin, count)
    const second = people[1]
    if (second === undefined) throw new TypeError('two people at least')
    return { people, passkey: await enrolPasskey(direct.origin, second) }
  } finally {
    await hsm.close()
    await direct.remove()
  }
}
