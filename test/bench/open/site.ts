import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const PAGE = '<!doctype html><title>bench</title><script type="module" src="/page.js"></script>'

/** Isolated, so that the clock is as fine as it gets. */
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

/** The bench's page and worker, built as the app is, and served from this machine. */
export type Site = {
  readonly origin: string
  /** What `/message` answers from now on. */
  show(message: Uint8Array): void
  close(): void
}

export async function openSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'))
  await build({
    configFile: false,
    root: HERE,
    logLevel: 'error',
    build: {
      outDir: folder,
      target: 'es2022',
      rolldownOptions: { input: join(HERE, 'page.ts'), output: { entryFileNames: 'page.js' } },
    },
    worker: { format: 'es' },
  })
  let message: Uint8Array = new Uint8Array()
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    response.writeHead(200, { ...HEADERS, 'content-type': typeOf(path) })
    if (path === '/message') response.end(message)
    else response.end(path === '/' ? PAGE : readOrNothing(join(folder, path)))
  })
  const origin = await listen(server)
  return {
    origin,
    show: (next) => (message = next),
    close: () => {
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

function typeOf(path: string): string {
  if (path.endsWith('.js')) return 'text/javascript'
  return path === '/' ? 'text/html' : 'application/octet-stream'
}

function readOrNothing(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch {
    return new Uint8Array() // the icon that browsers ask for
  }
}
