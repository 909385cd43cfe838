import { Hono } from 'hono'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { knownHost } from './gateway/known-host.ts'
import type { Hsm } from './hsm/port.ts'
import type { CheckpointMaker } from './keys/audit/checkpoint-maker.ts'
import type { OperationMeter } from './keys/operations/meter.ts'
import { ALARM_CAUSES, type AlarmBell } from './keys/policy/alarm.ts'
import { onProblem } from './problem.ts'

const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]
const MS = 1000

/** Numbers about this process, for Prometheus. Labels come from closed lists: nobody's name or key is in them. */
export type Metrics = {
  readonly operation: OperationMeter
  readonly alarmed: AlarmBell
  /** A turn at the token came after so many milliseconds. */
  readonly waited: (ms: number) => void
  /** Tells what is read at the moment when somebody asks. */
  readonly watch: (parts: Watched) => void
  /** `/metrics`, for a listener of its own that no stranger reaches. */
  readonly app: Hono
}

type Watched = {
  readonly hsm: Pick<Hsm, 'status'>
  readonly turns: { readonly waiting: number }
  readonly checkpoints: Pick<CheckpointMaker, 'status'>
  /** Of each part of the server, whether it works. */
  readonly ready: () => Promise<Readonly<Record<string, boolean>>>
}

export function createMetrics(): Metrics {
  const register = new Registry()
  collectDefaultMetrics({ register }) // with the lag of the event loop
  const registers = [register]
  const operations = new Counter({
    name: 'postern_operations_total',
    help: "Operations with users' keys, by kind and by outcome: done, or the code of the refusal",
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'postern_operation_seconds',
    help: 'From the request to its answer, records and waiting included',
    labelNames: ['kind'],
    buckets: SECONDS,
    registers,
  })
  const waits = new Histogram({
    name: 'postern_turn_wait_seconds',
    help: 'How long operations waited for their turn at the token',
    buckets: SECONDS,
    registers,
  })
  return {
    operation: ({ kind, outcome, ms }) => {
      operations.inc({ kind, outcome })
      seconds.observe({ kind }, ms / MS)
    },
    alarmed: alarmCounter(register),
    waited: (ms) => waits.observe(ms / MS),
    watch: (parts) => watch(register, parts),
    app: metricsApp(register),
  }
}

function alarmCounter(register: Registry): AlarmBell {
  const alarms = new Counter({
    name: 'postern_alarms_total',
    help: "Alarms over unusual use of a user's keys, by cause; the audit names whose",
    labelNames: ['cause'],
    registers: [register],
  })
  for (const cause of ALARM_CAUSES) alarms.inc({ cause }, 0) // so that the first one is seen as a rise
  return ({ cause }) => alarms.inc({ cause })
}

function watch(register: Registry, { hsm, turns, checkpoints, ready }: Watched): void {
  const registers = [register]
  watchCheckpoints(registers, checkpoints)
  new Gauge({
    name: 'postern_operations_waiting',
    help: 'Operations that wait for their turn at the token',
    registers,
    collect() {
      this.set(turns.waiting)
    },
  })
  new Gauge({
    name: 'postern_hsm_worker_restarts',
    help: 'How often the HSM worker was replaced since the start',
    registers,
    collect() {
      this.set(hsm.status().restarts)
    },
  })
  new Gauge({
    name: 'postern_ready',
    help: 'Whether a part of the server works (1) or not (0)',
    labelNames: ['part'],
    registers,
    async collect() {
      for (const [part, works] of Object.entries(await ready())) this.set({ part }, works ? 1 : 0)
    },
  })
}

function watchCheckpoints(registers: Registry[], checkpoints: Watched['checkpoints']): void {
  new Gauge({
    name: 'postern_audit_uncovered_entries',
    help: 'Entries of the audit by this process that no checkpoint signed by the token covers yet',
    registers,
    collect() {
      this.set(checkpoints.status().uncovered)
    },
  })
  new Gauge({
    name: 'postern_audit_checkpoints_failing',
    help: 'Whether the last try to have a checkpoint signed failed (1) or not (0)',
    registers,
    collect() {
      this.set(checkpoints.status().failure === null ? 0 : 1)
    },
  })
}

function metricsApp(register: Registry): Hono {
  const app = new Hono()
  app.onError(onProblem(() => undefined))
  app.use(knownHost(null))
  app.get('/metrics', async (c) =>
    c.body(await register.metrics(), 200, { 'Content-Type': register.contentType }),
  )
  return app
}
