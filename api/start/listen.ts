import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import { listenProblem } from './free-port.ts'

const DRAIN_MS = 3000 // for running answers to end; longer ones are cut when the server stops

/** A server that takes calls. */
export type Listening = { readonly port: number; readonly close: () => Promise<void> }

/** @throws PosternError `config/port-busy`, `config/invalid` */
export async function listen(app: Hono, port: number, host: string): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve)
    })
  } catch (error) {
    throw listenProblem(error, port, host)
  }
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) }
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
