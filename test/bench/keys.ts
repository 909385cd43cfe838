/**
 * `npm run bench:keys`: operations with users' keys over HTTP, with session, policy, durable audit and token, beside
 * the same worker asked directly. `-- --database sqlite --clients 32 --seconds 2 --kinds unwrap` for a short run;
 * `-- --minutes 10` looks at memory that long besides.
 */
import { parseArgs } from 'node:util'
import { type Bar, emitFigure, emitMachine } from './emit.ts'
import { DATABASES, type DatabaseName, type Desk, openDesk, workerOf } from './keys/desk.ts'
import { load, type Seen } from './keys/load.ts'
import { memoryOver } from './keys/memory.ts'
import { bareOperation, type Kind, KINDS } from './keys/operations.ts'
import { bytesOnTheWire, overHttp } from './keys/over-http.ts'
import { treeMemory } from './process-tree.ts'

const BENCH = 'keys'
const BARRED_CLIENTS = 32
const MIB = 2 ** 20

/** What share of the bare worker's speed the whole way must have, at the clients of the bars. */
const LEAST_SHARE: Readonly<Record<Kind, Readonly<Record<DatabaseName, number>>>> = {
  'RSA-2048 sign': { sqlite: 0.8, postgres: 0.7 },
  'RSA-2048 unwrap': { sqlite: 0.8, postgres: 0.7 },
  'P-256 sign': { sqlite: 0.25, postgres: 0.25 },
}
const ENOUGH = 5000 // P-256 signatures a second, whatever their share
const MOST_WIRE = 3 // KiB both ways, for one unwrap
const SLOWER_AT_HALF_LOAD = 5 // times the bare operation
const SLACK_AT_HALF_LOAD = 10 // ms
const MOST_LAG = 20 // ms
const MOST_GROWTH = 1.1 // times the memory of the second fifth, in the last

const { values } = parseArgs({
  options: {
    database: { type: 'string', default: DATABASES.join(',') },
    seconds: { type: 'string', default: '5' },
    clients: { type: 'string', default: '1,8,32,128' },
    kinds: { type: 'string', default: '' },
    minutes: { type: 'string', default: '0' },
  },
})
const seconds = Number(values.seconds)
const minutes = Number(values.minutes)
const kinds = KINDS.filter((name) => values.kinds.split(',').some((part) => name.includes(part)))
const databases = DATABASES.filter((name) => values.database.split(',').includes(name))

async function measure(desk: Desk, database: DatabaseName, kind: Kind, clients: number) {
  const name = `${database}, ${kind}, ${String(clients)} clients`
  const bare = await load((client) => bareOperation(kind, workerOf(desk, client), desk.hsm), {
    clients,
    seconds,
  })
  emitSeen(`${name}, bare worker`, bare)
  const seen = await overHttp(desk, kind, { clients, seconds })
  const whole = `${name}, whole way`
  emitSeen(whole, seen)
  for (const [process, time] of Object.entries(seen.processor)) {
    emit(whole, `${process} processor time`, time, 'ms an operation')
  }
  emit(whole, 'memory (RSS)', treeMemory(desk.server.pid) / MIB, 'MiB')
  emit(whole, 'event-loop lag, p99', seen.lag, 'ms', { most: MOST_LAG })
  const share = seen.perSecond / bare.perSecond
  if (clients !== BARRED_CLIENTS) {
    emit(name, 'share of the bare worker', share, '×')
    return
  }
  const isEnough = kind === 'P-256 sign' && seen.perSecond >= ENOUGH
  const least = isEnough ? 0 : LEAST_SHARE[kind][database]
  emit(name, 'share of the bare worker', share, '×', { least })
  await measureHalfLoad(desk, name, kind, seen.perSecond / 2)
}

async function measureHalfLoad(
  desk: Desk,
  name: string,
  kind: Kind,
  perSecond: number,
): Promise<void> {
  const atHalf = await overHttp(desk, kind, { clients: BARRED_CLIENTS, seconds, perSecond })
  const alone = { clients: 1, seconds: 1 }
  const once = await load(() => bareOperation(kind, workerOf(desk, 0), desk.hsm), alone)
  const most = SLOWER_AT_HALF_LOAD * once.p50 + SLACK_AT_HALF_LOAD
  emit(`${name}, half load`, 'p99', atHalf.p99, 'ms', { most })
}

async function measureMemory(desk: Desk, database: DatabaseName): Promise<void> {
  const [kind] = kinds
  if (minutes === 0 || kind === undefined) return
  const name = `${database}, ${kind}, ${String(BARRED_CLIENTS)} clients, ${values.minutes} minutes`
  const { early, late } = await memoryOver(desk, kind, { clients: BARRED_CLIENTS, minutes })
  emit(name, 'memory (RSS) in the second fifth', early / MIB, 'MiB')
  emit(name, 'memory (RSS) in the last fifth', late / MIB, 'MiB')
  emit(name, 'growth', late / early, '×', { most: MOST_GROWTH })
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
for (const database of databases) {
  const desk = await openDesk(database)
  try {
    for (const kind of kinds) {
      for (const clients of values.clients.split(',').map(Number)) {
        await measure(desk, database, kind, clients)
      }
    }
    await measureMemory(desk, database)
    const wire = (await bytesOnTheWire(desk, 'RSA-2048 unwrap')) / 1024
    const name = `${database}, one RSA-2048 unwrap`
    emit(name, 'on the wire, both ways', wire, 'KiB', { most: MOST_WIRE })
  } finally {
    await desk.close()
  }
}
