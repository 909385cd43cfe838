import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

const status = {
  state: 'ready',
  pid: 1,
  restarts: 2,
  tokenLabel: 'postern',
  capabilities: null,
  lastFailure: null,
  changedKeys: [],
} as const

test('operations, waits, restarts, parts and the event loop are there for Prometheus', async () => {
  const metrics = createMetrics()
  metrics.watch({
    hsm: { status: () => status },
    turns: { waiting: 3 },
    checkpoints: {
      status: () => ({ uncovered: 7, lastAt: null, failure: 'hsm/unavailable' }),
    },
    ready: () => Promise.resolve({ token: true, database: false }),
  })
  metrics.operation({ kind: 'sign', outcome: 'done', ms: 15 })
  metrics.operation({ kind: 'unwrap', outcome: 'key/disabled', ms: 1 })
  metrics.waited(30)
  metrics.alarmed({ cause: 'rate/unusual', operation: 'o' })
  const answer = await metrics.app.request('/metrics', { headers: { host: '127.0.0.1:9464' } })
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  const text = await answer.text()
  for (const line of [
    'postern_operations_total{kind="sign",outcome="done"} 1',
    'postern_operations_total{kind="unwrap",outcome="key/disabled"} 1',
    'postern_operation_seconds_bucket{le="0.01",kind="sign"} 0',
    'postern_operation_seconds_bucket{le="0.02",kind="sign"} 1',
    'postern_turn_wait_seconds_bucket{le="0.05"} 1',
    'postern_operations_waiting 3',
    'postern_alarms_total{cause="rate/unusual"} 1',
    'postern_audit_uncovered_entries 7',
    'postern_audit_checkpoints_failing 1',
    'postern_hsm_worker_restarts 2',
    'postern_ready{part="token"} 1',
    'postern_ready{part="database"} 0',
  ]) {
    expect(text.split('\n')).toContain(line)
  }
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds')
})

test('a page of another site, by whatever name it finds us, is not answered', async () => {
  const { app } = createMetrics()
  const answer = await app.request('/metrics', { headers: { host: 'evil.example' } })
  expect(answer.status).toBe(403)
  expect(await answer.text()).not.toContain('postern_')
})
