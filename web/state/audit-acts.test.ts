import { expect, test } from 'vitest'
import type { AuditPage } from '#shared/contract/admin/audit.ts'
import { actsOf } from './audit-acts.ts'

type Entry = AuditPage['entries'][number]

function entry(given: Partial<Entry>): Entry {
  const nothing = { code: null, actor: null, user: 'alice', session: null, key: null }
  const place = `${'A'.repeat(22)}.1`
  return {
    ...nothing,
    place,
    at: '',
    phase: 'event',
    action: 'unwrap',
    operation: '',
    outcome: null,
    ...given,
  }
}

test('an operation is one act, where its result stands', () => {
  const acts = actsOf([
    entry({ phase: 'result', operation: 'one', outcome: 'done', at: '2026-11-25T10:00:01Z' }),
    entry({ phase: 'event', operation: 'two', action: 'sign-in', outcome: 'refused' }),
    entry({ phase: 'intent', operation: 'one', at: '2026-11-25T10:00:00Z' }),
  ])
  expect(acts).toMatchObject([
    { operation: 'one', result: 'done', askedAt: '2026-11-25T10:00:00Z' },
    { operation: 'two', result: 'refused', askedAt: null },
  ])
})

test('an intent alone has an unknown outcome, and a result alone is no less an act', () => {
  const alone = actsOf([entry({ phase: 'intent', operation: 'one' })])
  expect(alone).toMatchObject([{ result: 'unknown' }])
  const late = actsOf([entry({ phase: 'result', operation: 'two', outcome: 'failed' })])
  expect(late).toMatchObject([{ result: 'failed', askedAt: null }])
})
