import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import { listenProblem } from './free-port.ts'

const DRAIN_MS = 3000 // for running answers to end; longer ones are cut when the server stops
const CONNECTIONS = 1000 // each costs a file and some memory; a proxy in front needs far fewer
const MAIL = '/api/v1/mail/'

/** How long a request may take to arrive: milliseconds. */
export type Arrival = {
  readonly headers: number
  /** Of everything but mail: small, by whatever network. */
  readonly body: number
  /** The largest mail at 1 Mbit/s. */
  readonly mail: number
}

const USUAL_ARRIVAL: Arrival = { headers: 10_000, body: 20_000, mail: 15 * 60_000 }

/** A server that takes calls. */
export type Listening = { readonly port: number; readonly close: () => Promise<void> }

/** @throws PosternError `config/port-busy`, `config/invalid` */
export async function listen(
  app: Hono,
  port: number,
  host: string,
  arrival = USUAL_ARRIVAL,
): Promise<Listening> {
  const server = createServer(app, arrival)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve)
    })
  } catch (error) {
    throw listenProblem(error, port, host)
  }
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) }
}

/** Whoever sends slowly, or nothing, holds a connection for a short time only. */
function createServer(app: Hono, arrival: Arrival): ServerType {
  const server = createAdaptorServer({
    fetch: app.fetch,
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

async function closeServer(server: ServerType): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  if ('closeIdleConnections' in server) server.closeIdleConnections()
  const cut = setTimeout(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
  }, DRAIN_MS)
  await closed
  clearTimeout(cut)
}
