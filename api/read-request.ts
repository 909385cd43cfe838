import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z } from 'zod'
import { PosternError } from '#shared/errors.ts'

/** Refuses a body of more bytes, before it is in memory. */
export function atMost(maxSize: number): MiddlewareHandler {
  const refuse = (): never => {
    throw new PosternError('request/too-large', `At most ${maxSize} bytes are taken here.`)
  }
  const counting = bodyLimit({ maxSize, onError: refuse })
  return async (c, next) => {
    const length = c.req.header('content-length')
    // To look at a body makes a stream of it: one whose length is known, and held to by HTTP, is not looked at.
    if (length === undefined || c.req.header('transfer-encoding') !== undefined) {
      return counting(c, next)
    }
    if (Number(length) > maxSize) refuse()
    return next()
  }
}

/**
 * What the contract says of `value`, with its type.
 * @throws PosternError `request/malformed` naming the first member that is wrong, never its value
 */
export function readWith<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const where = read.error.issues[0]?.path.join('.') ?? ''
  throw new PosternError(
    'request/malformed',
    where === '' ? 'The request is not as described.' : `The request is wrong at ${where}.`,
  )
}

/**
 * The JSON body. Only `application/json` is taken: a form of another site cannot send that.
 * @throws PosternError `request/malformed`
 */
export async function readJson<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new PosternError('request/malformed', 'The request has to be application/json.')
  }
  const body: unknown = await c.req.json().catch(() => undefined)
  return readWith(schema, body)
}
