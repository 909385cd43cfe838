import { join } from 'node:path'
import { systemClock } from '#api/clock.ts'
import type { Hsm } from '#api/hsm/port.ts'
import { closeRecords, openRecords, type Records } from '#api/keys/records.ts'
import { openWorker } from '../bench/keys/open-worker.ts'
import { startServer } from '../support/server.ts'

/** One server as `npm start` makes it, with SQLite and a token in its data folder, and its parts opened here as well. */
export type LocalSite = {
  readonly origin: string
  readonly port: number
  readonly pid: number
  readonly records: Records
  readonly hsm: Hsm
  close(): Promise<void>
}

export async function openLocalSite(): Promise<LocalSite> {
  const server = await startServer()
  const hsm = await openWorker(server.data)
  const records = await openRecords(join(server.data, 'postern.db'), systemClock)
  const { origin, port, pid } = server
  return {
    origin,
    port,
    pid,
    records,
    hsm,
    async close() {
      await closeRecords(records)
      await hsm.close()
      await server.remove()
    },
  }
}
