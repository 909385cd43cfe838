/**
 * `npm run bench:rejection -- [--rounds 10000]`: six classes of PKCS #1 v1.5 entries at the worker, one call after
 * another. The 99 % bootstrap interval of each median's difference from that of right entries has to contain 0.
 */
import { parseArgs } from 'node:util'
import {
  ENTRY_CLASSES,
  median,
  medianDifference,
  timeRejections,
} from '#test/support/rejection-timing.ts'
import { createSoftToken } from '#test/support/soft-token.ts'
import { startTestHsm } from '#test/support/test-hsm.ts'
import { emitFigure, emitMachine } from './emit.ts'

const BENCH = 'rejection'
const MICROSECONDS = 1000

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10000' } } })
const token = await createSoftToken()
const hsm = await startTestHsm(token)
emitMachine(BENCH)
const { of } = await timeRejections(hsm, Number(values.rounds))
await hsm.close()
await token.remove()

for (const name of ENTRY_CLASSES) {
  const figure = (metric: string, value: number, unit = 'µs') => ({
    case: name,
    metric,
    value,
    unit,
  })
  emitFigure(BENCH, figure('median', median(of[name]) * MICROSECONDS))
  if (name === 'right') continue
  const [low, high] = medianDifference(of[name], of.right)
  emitFigure(BENCH, { ...figure('difference, low', low * MICROSECONDS), bar: { most: 0 } })
  emitFigure(BENCH, { ...figure('difference, high', high * MICROSECONDS), bar: { least: 0 } })
}
