import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Somebody who waits for the browser to call. `heard` holds the paths that were asked for. */
export type Listener = {
  readonly origin: string
  readonly heard: readonly string[]
  readonly stop: () => Promise<void>
}

/** Listens on a free port of the loopback and answers everything, as a tracker would. */
export async function startListener(): Promise<Listener> {
  const heard: string[] = []
  const server = createServer((request, response) => {
    heard.push(request.url ?? '')
    response.writeHead(204, { 'Access-Control-Allow-Origin': '*' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    heard,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
