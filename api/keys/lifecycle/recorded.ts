import { isPosternError } from '#shared/errors.ts'
import type { Db } from '../../storage/schema.ts'
import type { AuditEntry } from '../audit/entry.ts'
import type { Journal } from '../audit/journal.ts'

/**
 * Makes something outside of the database under record: the intent first, then `act`, then the result together
 * with what `store` writes of it. Interrupted in between, the intent stays: "outcome unknown".
 */
export async function recorded<Made, Stored>(
  journal: Journal,
  entry: Omit<AuditEntry, 'phase' | 'outcome' | 'code'>,
  act: () => Promise<Made>,
  store: (tx: Db, made: Made, now: Date) => Promise<Stored>,
): Promise<Stored> {
  await journal.write((_tx, append) => {
    append({ ...entry, phase: 'intent' })
    return Promise.resolve()
  })
  try {
    const made = await act()
    return await journal.write(async (tx, append, now) => {
      append({ ...entry, phase: 'result', outcome: 'done' })
      return store(tx, made, now)
    })
  } catch (error) {
    const code = isPosternError(error) ? error.code : 'internal'
    await journal.write((_tx, append) => {
      append({ ...entry, phase: 'result', outcome: 'failed', code })
      return Promise.resolve()
    })
    throw error
  }
}
