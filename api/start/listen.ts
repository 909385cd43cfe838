import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import { PosternError } from '#shared/errors.ts'
import { problemResponse } from '../problem.ts'
import { randomId } from '../random-id.ts'
import { listenProblem } from './free-port.ts'

const NEXT_SERVER = 5 // seconds until a caller may find one again
const CONNECTIONS = 1000 // each costs a file and some memory; a proxy in front needs far fewer
const MAIL = '/api/v1/mail/'

/** How long a request may take to arrive: milliseconds. */
type Arrival = {
  readonly headers: number
  /** Of everything but mail: small, by whatever network. */
  readonly body: number
  /** The largest mail at 1 Mbit/s. */
  readonly mail: number
}

/** All times in milliseconds. */
type Patience = Arrival & {
  /** For running answers to end when the server stops; longer ones are cut. */
  readonly drain: number
}

const USUAL_PATIENCE: Patience = { headers: 10_000, body: 20_000, mail: 15 * 60_000, drain: 10_000 }

type Answering = (request: Request) => Response | Promise<Response>

/** A server that takes calls. `close` lets those under way end, for ten seconds, and refuses new ones meanwhile. */
export type Listening = { readonly port: number; readonly close: () => Promise<void> }

/** @throws PosternError `config/port-busy`, `config/invalid` */
export async function listen(
  app: Hono,
  port: number,
  host: string,
  given: Partial<Patience> = {},
): Promise<Listening> {
  const patience = { ...USUAL_PATIENCE, ...given }
  const drain = new Drain()
  const server = createServer((request) => drain.refusal() ?? app.fetch(request), patience)
  server.on('request', (_incoming, outgoing: ServerResponse) => drain.count(outgoing))
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve)
    })
  } catch (error) {
    throw listenProblem(error, port, host)
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: () => closeServer(server, drain, patience.drain),
  }
}

/** Whoever sends slowly, or nothing, holds a connection for a short time only. */
function createServer(fetch: Answering, arrival: Arrival): ServerType {
  const server = createAdaptorServer({
    fetch,
    serverOptions: {
      headersTimeout: arrival.headers,
      requestTimeout: arrival.mail,
      connectionsCheckingInterval: Math.min(arrival.headers, 5_000),
    },
  })
  server.maxConnections = CONNECTIONS
  server.on('request', (incoming: IncomingMessage) => {
    if (incoming.url?.startsWith(MAIL) === true) return
    const cut = setTimeout(() => {
      if (!incoming.complete) incoming.socket.destroy()
    }, arrival.body)
    incoming.once('close', () => clearTimeout(cut))
  })
  return server
}

/** Answers under way are waited for; who comes meanwhile hears that another server will be there soon. */
class Drain {
  readonly #underWay = new Set<ServerResponse>()
  #ended: (() => void) | null = null

  count(answer: ServerResponse): void {
    if (this.#ended !== null) return
    this.#underWay.add(answer)
    answer.once('close', () => {
      this.#underWay.delete(answer)
      if (this.#underWay.size === 0) this.#ended?.()
    })
  }

  refusal(): Response | null {
    if (this.#ended === null) return null
    const error = new PosternError('service/busy', 'The server is being restarted.', {
      retryAfter: NEXT_SERVER,
    })
    const response = problemResponse(error, randomId())
    response.headers.set('Connection', 'close')
    return response
  }

  /** Refuses from now on; resolves when what was under way has ended, or after so many milliseconds. */
  async begin(patience: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#ended = () => resolve(undefined)
    if (this.#underWay.size === 0) return
    const timer = setTimeout(this.#ended, patience)
    await promise
    clearTimeout(timer)
  }
}

async function closeServer(server: ServerType, drain: Drain, patience: number): Promise<void> {
  await drain.begin(patience)
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  if ('closeAllConnections' in server) server.closeAllConnections()
  await closed
}
