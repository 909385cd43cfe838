import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findModule } from '../../softhsm/module.mjs'
import { demoLogin, freshCode, type DemoLogin } from './demo-login.ts'
import { untilReady } from './ready.ts'

const MAIN = fileURLToPath(new URL('../../api/main.ts', import.meta.url))
const LONGEST_START = 60_000 // ms; a first start makes RSA keys in the token, on a machine that also runs tests
const LONGEST_STOP = 20_000 // ms; answers under way have ten seconds, the worker five
const ASK_AGAIN = 50

/** The real product as its own process, on a data folder of its own. */
export type TestServer = {
  /** Like `http://127.0.0.1:40123`. */
  readonly origin: string
  readonly port: number
  /** Absolute path of the data folder. */
  readonly data: string
  readonly pid: number
  /** What it printed so far, both streams. */
  readonly output: () => string
  /** The name and password of a demo user. */
  readonly login: (username: string) => DemoLogin
  /** A one-time code that was never handed out for this data folder; waits for the next one when it must. */
  readonly code: (username: string) => Promise<string>
  /** Ends it as an operator would (SIGTERM). Resolves to the exit code; the data stay. */
  readonly stop: () => Promise<number | null>
  /** Ends it as a power cut would (SIGKILL). The data stay. */
  readonly kill: () => Promise<void>
  /** Ends it if it still runs, and deletes a data folder that was made here. */
  readonly remove: () => Promise<void>
}

export type TestServerOptions = {
  /** An existing data folder, to start again on it. */
  readonly data?: string
  readonly port?: number
  /** More settings, like `POSTERN_IDLE_SECONDS`. */
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Starts Postern and waits until `/readyz` answers 200. It dies with the test's process.
 * @throws Error with everything it printed, when it exits or is not ready in a minute
 */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'postern-data-'))
  const port = options.port ?? (await freePort())
  const child = launchServer(data, port, options.env)
  const output = collectOutput(child)
  const origin = `http://127.0.0.1:${port}`
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    return exitOf(child)
  }
  const remove = async (): Promise<void> => {
    await end('SIGKILL')
    if (options.data === undefined) rmSync(data, { recursive: true, force: true })
  }
  try {
    await untilReady(origin, child, LONGEST_START)
  } catch (error) {
    await remove()
    throw new Error(`Postern did not start: ${String(error)}\n${output()}`, { cause: error })
  }
  return {
    origin,
    port,
    data,
    pid: child.pid ?? 0,
    output,
    login: (username) => demoLogin(data, username),
    code: (username) => freshCode(demoLogin(data, username)),
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL')
    },
    remove,
  }
}

/** A TCP port on the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Starts Postern and does not wait. The process dies with the test's. */
export function launchServer(
  data: string,
  port: number,
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const module = findModule(process.env)
  if (module === null) throw new Error('SoftHSM is not installed')
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      POSTERN_PKCS11_MODULE: module,
      POSTERN_DATA: data,
      PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const dieWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', dieWithUs)
  child.once('exit', () => process.off('exit', dieWithUs))
  return child
}

function collectOutput(child: ChildProcess): () => string {
  let text = ''
  const keep = (chunk: Buffer): void => {
    text += chunk.toString()
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return () => text
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const end = Date.now() + LONGEST_STOP
  while (child.exitCode === null && child.signalCode === null) {
    if (Date.now() > end) throw new Error(`Postern did not stop in ${LONGEST_STOP / 1000} s`)
    await sleep(ASK_AGAIN)
  }
  return child.exitCode
}
