/** `npm run bench:start`: time to ready and memory of a first start (empty data folder) and a second one. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { untilReady } from '../support/ready.ts'
import { freePort } from '../support/server.ts'
import { emitFigure, emitMachine } from './emit.ts'
import { treeMemory, watchMemory } from './process-tree.ts'

const BENCH = 'start'
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LONGEST_START = 180_000 // ms
const SECOND_START = 3_000 // ms, the bar of the project
const MIB = 2 ** 20

type Start = { readonly ready: number; readonly peak: number; readonly resting: number }

/** Runs `npm start` as a user would, until `/readyz` says yes, and ends it. */
async function measureStart(data: string): Promise<Start> {
  const port = await freePort()
  const begin = performance.now()
  const child = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    env: { ...process.env, POSTERN_DATA: data, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true, // its own group, so that the end reaches npm and the server alike
  })
  const pid = child.pid ?? 0
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const memory = watchMemory(pid)
  try {
    await untilReady(`http://127.0.0.1:${port}`, child, LONGEST_START)
    const ready = performance.now() - begin
    const peak = memory.stop()
    await sleep(2_000) // what is only needed to start is given back by then
    return { ready, peak, resting: treeMemory(pid) }
  } finally {
    memory.stop()
    process.kill(-pid, 'SIGTERM')
    await ended
  }
}

function emitStart(name: string, { ready, peak, resting }: Start, most?: number): void {
  const bar = most === undefined ? {} : { bar: { most } }
  emitFigure(BENCH, { case: name, metric: 'time to ready', value: ready, unit: 'ms', ...bar })
  emitFigure(BENCH, { case: name, metric: 'peak memory (RSS)', value: peak / MIB, unit: 'MiB' })
  emitFigure(BENCH, {
    case: name,
    metric: 'memory at rest (RSS)',
    value: resting / MIB,
    unit: 'MiB',
  })
}

const data = mkdtempSync(join(tmpdir(), 'postern-bench-'))
try {
  emitMachine(BENCH)
  emitStart('first start', await measureStart(data))
  emitStart('second start', await measureStart(data), SECOND_START)
} finally {
  rmSync(data, { recursive: true, force: true })
}
