import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { answerRepeat, deleteRepeat, findRepeat, insertRepeats } from '../../storage/repeats.ts'
import type { RepeatRow } from '../../storage/schema.ts'
import type { GroupWork } from '../audit/journal.ts'
import type { KeyServiceDeps } from '../service.ts'
import { type RepeatableCall, sameRequest } from './repeated-call.ts'

const OPERATION_SECONDS = 10 * 60 // a client that lost the network asks again by then, or opens the mail anew
const CHANGE_SECONDS = 24 * 3600 // nobody should remove somebody twice because of a bad afternoon
const LARGEST_BODY = 64 * 1024 // characters: a signature with a long chain, or a full batch

/** An answer to be given again: JSON text, empty for none; null when it was not kept. */
export type Answer = { readonly status: number; readonly body: string | null }

/** How calls of one kind are remembered. */
export type Kept = {
  /** The answer that the call was given. @throws PosternError `request/repeated` when it had none, or asked another thing */
  find(call: RepeatableCall): Promise<Answer | null>
  /** Before it is done. */
  begin(call: RepeatableCall): Promise<void>
  /** After it was done, or refused (null). Never rejects. */
  end(call: RepeatableCall, answer: Answer | null): Promise<void>
  /** As much of an answer as may be given again. */
  repeatable(answer: Answer): Answer
  /** Whether the answer leaves only when `end` has resolved. */
  readonly waits: boolean
}

type Part = Pick<KeyServiceDeps, 'db' | 'journal' | 'clock' | 'log'>

/** Noted when they are done. */
export function keptOperations(deps: Part): Kept {
  return {
    waits: false,
    repeatable: (answer) => answer,
    begin: () => Promise.resolve(),
    find: (call) => find(deps, call),
    end: (call, answer) =>
      answer === null || (answer.body ?? '').length > LARGEST_BODY
        ? Promise.resolve()
        : reporting(deps, () => deps.journal.writeTogether(noteOperations, { ...call, ...answer })),
  }
}

const noteOperations: GroupWork<RepeatableCall & Answer, boolean> = async (
  tx,
  _append,
  now,
  done,
) => {
  const expiresAt = instant(now, OPERATION_SECONDS)
  const rows = done.map((call) => ({ ...call, expiresAt }))
  const stored = await insertRepeats(tx, rows, instant(now))
  return done.map(() => stored > 0)
}

/** Noted before they are done as well: one at a time, on all replicas. */
export function keptChanges(deps: Part, answers: 'told' | 'secret'): Kept {
  return {
    waits: true,
    repeatable: ({ status, body }) => {
      const isTold = answers === 'told' || body === ''
      return { status, body: isTold ? body : null }
    },
    find: (call) => find(deps, call),
    begin: async (call) => {
      const added = await deps.journal.write((tx, _append, now) => {
        const row = { ...call, status: null, body: null, expiresAt: instant(now, CHANGE_SECONDS) }
        return insertRepeats(tx, [row], instant(now))
      })
      if (added === 0) throw underWay()
    },
    end: ({ name }, answer) =>
      reporting(deps, () =>
        deps.journal.write((tx) =>
          answer === null ? deleteRepeat(tx, name) : answerRepeat(tx, name, answer),
        ),
      ),
  }
}

async function find({ db, clock }: Part, call: RepeatableCall): Promise<Answer | null> {
  const first = await findRepeat(db, call.name, instant(clock()))
  if (first === null) return null
  sameRequest(call, first)
  return answerOf(first)
}

function answerOf({ status, body }: RepeatRow): Answer {
  if (status === null) throw underWay()
  return { status, body }
}

/** It may also have been cut off: then nobody knows what became of it. */
function underWay(): PosternError {
  const what = 'This was asked before, and has no answer yet. Look whether it was done.'
  return new PosternError('request/repeated', what)
}

/** What was done stays done when it cannot be noted: a repeat is then done anew, or told to look. */
async function reporting({ log }: Part, write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    log({ traceId: randomId(), code: 'audit/unavailable', error })
  }
}
