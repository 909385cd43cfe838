import type { Records } from '../records.ts'
import { settleChanges } from './settle.ts'

const LOOK_EVERY = 30_000 // what waits, waits for hours

/** Settles changes in this process while it runs; any number of processes may. @returns ends it */
export function watchChanges(
  records: Records,
  failed: (error: unknown) => void,
): () => Promise<void> {
  let last = Promise.resolve()
  const look = () => {
    last = settleChanges(records).catch(failed) // the next time may go better
  }
  look()
  const timer = setInterval(look, LOOK_EVERY)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await last
  }
}
