import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#api/clock.ts'
import type { Hsm } from '#api/hsm/port.ts'
import { closeRecords, openRecords } from '#api/keys/records.ts'
import type { PostgresPlace } from '#api/storage/postgres.ts'
import { startPostgres } from '#test/support/postgres.ts'
import { freePort, startServer, type TestServer } from '#test/support/server.ts'
import { hire, type Worker } from './company.ts'
import { openWorker } from './open-worker.ts'

export const DATABASES = ['sqlite', 'postgres'] as const
export type DatabaseName = (typeof DATABASES)[number]

const USERS = 8

/** A running Postern with users at work, and the same token by a worker of our own beside the server's. */
export type Desk = {
  readonly server: TestServer
  readonly metricsPort: number
  readonly hsm: Hsm
  readonly workers: readonly Worker[]
  readonly close: () => Promise<void>
}

export function openDesk(database: DatabaseName): Promise<Desk> {
  return database === 'sqlite' ? openDeskOn(null, {}) : openDeskOnPostgres()
}

/** Whose keys this client uses: each user has several clients when there are more clients than users. */
export function workerOf({ workers }: Desk, client: number): Worker {
  const worker = workers[client % workers.length]
  if (worker === undefined) throw new TypeError('nobody works here')
  return worker
}

async function openDeskOnPostgres(): Promise<Desk> {
  const postgres = await startPostgres()
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'))
  const place = await postgres.createDatabase()
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, place.password ?? '', { mode: 0o600 })
  const env = { POSTERN_DATABASE: place.url, POSTERN_DATABASE_PASSWORD_FILE: passwordFile }
  const desk = await openDeskOn(place, env)
  return {
    ...desk,
    async close() {
      await desk.close()
      await postgres.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

async function openDeskOn(
  place: PostgresPlace | null,
  env: Readonly<Record<string, string>>,
): Promise<Desk> {
  const metricsPort = await freePort()
  const server = await startServer({
    env: { ...env, POSTERN_METRICS_PORT: String(metricsPort) },
  })
  const hsm = await openWorker(server.data)
  const records = await openRecords(place ?? join(server.data, 'postern.db'), systemClock)
  const workers = await hire({ ...records, hsm }, server.origin, USERS)
  await closeRecords(records)
  return {
    server,
    metricsPort,
    hsm,
    workers,
    async close() {
      await hsm.close()
      await server.remove()
    },
  }
}
