import { type Desk, workerOf } from './desk.ts'
import { load, type Seen } from './load.ts'
import { callOf, type Kind } from './operations.ts'
import { childrenOf, processorTime } from './processor.ts'
import { RawClient, rawPost } from './raw-client.ts'

/** What a load over HTTP was like; times in milliseconds. */
export type SeenOverHttp = Seen & {
  /** Processor time for each operation, of each process. */
  readonly processor: { readonly server: number; readonly worker: number; readonly client: number }
  /** How late the server's event loop was, at its 99th percentile. */
  readonly lag: number
}

const TIMER = 10 // ms: Node samples the loop with a timer of that interval, and its figures include it

/** Users' operations over HTTP, one at a time on each client's own connection. */
export async function overHttp(
  desk: Desk,
  kind: Kind,
  of: Parameters<typeof load>[1],
): Promise<SeenOverHttp> {
  const clients = Array.from({ length: of.clients }, (_, index) => clientOf(desk, kind, index))
  let answers = 0
  await readLag(desk) // begins anew with each look
  const before = processorTimes(desk)
  const seen = await load(async (index) => {
    const client = clients[index]
    const answer = await client?.line.send(client.request)
    if (answer?.status !== 200) throw new Error(`${kind}: ${String(answer?.body)}`)
    answers++
  }, of)
  const after = processorTimes(desk)
  for (const { line } of clients) line.close()
  const each = (name: keyof typeof before): number => (after[name] - before[name]) / answers
  const processor = { server: each('server'), worker: each('worker'), client: each('client') }
  return { ...seen, processor, lag: await readLag(desk) }
}

/** Bytes on the wire for one operation, headers included, both ways. */
export async function bytesOnTheWire(desk: Desk, kind: Kind): Promise<number> {
  const { line, request } = clientOf(desk, kind, 0)
  const answer = await line.send(request)
  line.close()
  return request.length + answer.bytes
}

function clientOf(desk: Desk, kind: Kind, index: number): { line: RawClient; request: Buffer } {
  const { port } = desk.server
  const worker = workerOf(desk, index)
  const { path, body } = callOf(kind, worker)
  return { line: new RawClient(port), request: rawPost(port, path, worker.cookie, body) }
}

function processorTimes({ server: { pid } }: Desk) {
  const workers = childrenOf(pid).map(processorTime)
  return {
    server: processorTime(pid),
    worker: workers.reduce((sum, time) => sum + time, 0),
    client: processorTime(process.pid),
  }
}

async function readLag({ metricsPort }: Desk): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)
  const line = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(await answer.text())
  return Math.max(0, Number(line?.[1] ?? NaN) * 1000 - TIMER)
}
