import type { Context, MiddlewareHandler, Next } from 'hono'
import { PosternError } from '#shared/errors.ts'
import type { CallerEnv } from '../auth/caller.ts'
import type { KeyServiceDeps } from '../service.ts'
import { type Answer, type Kept, keptChanges, keptOperations } from './kept.ts'
import { type RepeatableCall, repeatableCall, sameRequest } from './repeated-call.ts'

/** Before an answer is given again: whether its caller may still have it. Throws when not. */
type Recheck = (c: Context<CallerEnv>) => Promise<void>

/**
 * For calls that change something: one that comes again with the same `Idempotency-Key` is not done again, on whatever
 * replica. A call that was refused did nothing, and may be repeated.
 * @param answers `told`: the same answer is given again. `secret`: an answer with content is seen once, and a repeat
 * hears `request/repeated`
 */
export function onceOnly(
  deps: KeyServiceDeps,
  answers: 'told' | 'secret',
): MiddlewareHandler<CallerEnv> {
  return once('user', keptChanges(deps, answers), () => Promise.resolve())
}

/**
 * The same for operations with keys, within a session. No wait for the disk is added, so that two replicas that are
 * asked at the same moment may both do it, each on record.
 */
export function onceInSession(
  deps: KeyServiceDeps,
  recheck: Recheck,
): MiddlewareHandler<CallerEnv> {
  return once('session', keptOperations(deps), recheck)
}

type UnderWay = { readonly request: string; readonly answer: Promise<Answer | null> }

function once(
  scope: 'user' | 'session',
  kept: Kept,
  recheck: Recheck,
): MiddlewareHandler<CallerEnv> {
  const underWay = new Map<string, UnderWay>()
  return async (c, next) => {
    const call = c.req.method === 'GET' ? null : await repeatableCall(c, scope)
    if (call === null) return next()
    const told = await earlierAnswer(underWay, call, () => act(underWay, kept, call, c, next))
    if (told === null) return
    await recheck(c)
    return again(told)
  }
}

/** The answer to the same call that came a moment ago; what `act` says when it was refused, or is the first. */
async function earlierAnswer(
  underWay: ReadonlyMap<string, UnderWay>,
  call: RepeatableCall,
  act: () => Promise<Answer | null>,
): Promise<Answer | null> {
  for (;;) {
    const first = underWay.get(call.name)
    if (first === undefined) return act() // it notes itself at once: nobody comes in between
    sameRequest(call, first)
    const answer = await first.answer
    if (answer !== null) return answer
  }
}

/** @returns what it was answered before; null: it was done now, and the answer stands in the context */
async function act(
  underWay: Map<string, UnderWay>,
  kept: Kept,
  call: RepeatableCall,
  c: Context<CallerEnv>,
  next: Next,
): Promise<Answer | null> {
  const { promise, resolve } = Promise.withResolvers<Answer | null>()
  const settle = (answer: Answer | null) => {
    underWay.delete(call.name)
    resolve(answer)
  }
  underWay.set(call.name, { request: call.request, answer: promise })
  try {
    const before = await kept.find(call)
    if (before !== null) {
      settle(before)
      return before
    }
    await kept.begin(call)
    await next()
    const answer = c.res.ok ? kept.repeatable(await contentOf(c.res)) : null
    const noted = kept.end(call, answer).then(() => {
      settle(answer)
    })
    if (kept.waits) await noted
    return null
  } catch (error) {
    settle(null)
    throw error
  }
}

async function contentOf(answer: Response): Promise<Answer> {
  return { status: answer.status, body: await answer.clone().text() }
}

/** @throws PosternError `request/repeated` when the answer was not kept */
function again({ status, body }: Answer): Response {
  if (body === null) {
    throw new PosternError('request/repeated', 'This was done, and its answer is given only once.')
  }
  if (status === 204) return new Response(null, { status })
  return new Response(body, { status, headers: { 'Content-Type': 'application/json' } })
}
