/**
 * `npm run bench:keys`: operations with users' keys over HTTP, with session, policy, durable audit and token, beside
 * the same worker asked directly. `-- --seconds 2 --clients 32 --kinds unwrap` for a short run.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '#api/clock.ts'
import type { Hsm } from '#api/hsm/port.ts'
import { closeRecords, openRecords } from '#api/keys/records.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type Bar, emitFigure, emitMachine } from './emit.ts'
import { hire, type Worker } from './keys/company.ts'
import { load, type Seen } from './keys/load.ts'
import { openWorker } from './keys/open-worker.ts'
import { bareOperation, callOf, type Kind, KINDS } from './keys/operations.ts'
import { processorTime } from './keys/processor.ts'
import { RawClient, rawPost } from './keys/raw-client.ts'
import { treeMemory } from './process-tree.ts'

const BENCH = 'keys'
const USERS = 8
const BARRED_CLIENTS = 32
const MIB = 2 ** 20

/** What share of the bare worker's speed the whole way must have, at the clients of the bars. */
const LEAST_SHARE: Readonly<Record<Kind, number>> = {
  'RSA-2048 sign': 0.8,
  'RSA-2048 unwrap': 0.8,
  'P-256 sign': 0.25,
}
const MOST_WIRE = 3 // KiB both ways, for one unwrap
const SLOWER_AT_HALF_LOAD = 5 // times the bare operation
const SLACK_AT_HALF_LOAD = 10 // ms

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    clients: { type: 'string', default: '1,8,32,128' },
    kinds: { type: 'string', default: '' },
  },
})
const seconds = Number(values.seconds)
const kinds = KINDS.filter((name) => values.kinds.split(',').some((part) => name.includes(part)))

type Desk = { readonly server: TestServer; readonly hsm: Hsm; readonly workers: readonly Worker[] }

function workerOf({ workers }: Desk, client: number): Worker {
  const worker = workers[client % workers.length]
  if (worker === undefined) throw new TypeError('nobody works here')
  return worker
}

async function measure(desk: Desk, kind: Kind, clients: number): Promise<void> {
  const name = `${kind}, ${String(clients)} clients`
  const bare = await load((client) => bareOperation(kind, workerOf(desk, client), desk.hsm), {
    clients,
    seconds,
  })
  emitSeen(`${name}, bare worker`, bare)
  const { seen, processor } = await overHttp(desk, kind, { clients, seconds })
  emitSeen(`${name}, whole way`, seen)
  emit(`${name}, whole way`, 'server processor time', processor, 'ms an operation')
  emit(`${name}, whole way`, 'memory (RSS)', treeMemory(desk.server.pid) / MIB, 'MiB')
  const barred = clients === BARRED_CLIENTS ? { least: LEAST_SHARE[kind] } : undefined
  emit(name, 'share of the bare worker', seen.perSecond / bare.perSecond, '×', barred)
  if (clients !== BARRED_CLIENTS) return
  const half = { clients, seconds, perSecond: seen.perSecond / 2 }
  const atHalf = (await overHttp(desk, kind, half)).seen
  const once = await load(() => bareOperation(kind, workerOf(desk, 0), desk.hsm), {
    clients: 1,
    seconds: 1,
  })
  const most = SLOWER_AT_HALF_LOAD * once.p50 + SLACK_AT_HALF_LOAD
  emit(`${name}, half load`, 'p99', atHalf.p99, 'ms', { most })
}

async function overHttp(
  desk: Desk,
  kind: Kind,
  of: Parameters<typeof load>[1],
): Promise<{ seen: Seen; processor: number }> {
  const { port, pid } = desk.server
  const clients = Array.from({ length: of.clients }, (_, index) => {
    const worker = workerOf(desk, index)
    const { path, body } = callOf(kind, worker)
    return { line: new RawClient(port), request: rawPost(port, path, worker.cookie, body) }
  })
  let answers = 0
  const before = processorTime(pid)
  const seen = await load(async (index) => {
    const client = clients[index]
    const answer = await client?.line.send(client.request)
    if (answer?.status !== 200) throw new Error(`${kind}: ${String(answer?.body)}`)
    answers++
  }, of)
  const processor = (processorTime(pid) - before) / answers
  for (const { line } of clients) line.close()
  return { seen, processor }
}

async function measureWire(desk: Desk): Promise<void> {
  const worker = workerOf(desk, 0)
  const { path, body } = callOf('RSA-2048 unwrap', worker)
  const request = rawPost(desk.server.port, path, worker.cookie, body)
  const line = new RawClient(desk.server.port)
  const answer = await line.send(request)
  line.close()
  const kibibytes = (request.length + answer.bytes) / 1024
  emit('one RSA-2048 unwrap', 'on the wire, both ways', kibibytes, 'KiB', { most: MOST_WIRE })
}

function emitSeen(name: string, { perSecond, p50, p99 }: Seen): void {
  emit(name, 'operations', perSecond, '1/s')
  emit(name, 'p50', p50, 'ms')
  emit(name, 'p99', p99, 'ms')
}

function emit(name: string, metric: string, value: number, unit: string, bar?: Bar): void {
  emitFigure(BENCH, { case: name, metric, value, unit, ...(bar === undefined ? {} : { bar }) })
}

emitMachine(BENCH)
const server = await startServer()
const hsm = await openWorker(server.data)
const records = await openRecords(join(server.data, 'postern.db'), systemClock)
try {
  const workers = await hire({ ...records, hsm }, server.origin, USERS)
  const desk = { server, hsm, workers }
  for (const kind of kinds) {
    for (const clients of values.clients.split(',').map(Number)) await measure(desk, kind, clients)
  }
  await measureWire(desk)
} finally {
  await closeRecords(records)
  await hsm.close()
  await server.remove()
}
