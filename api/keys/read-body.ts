import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z } from 'zod'
import { PosternError } from '#shared/errors.ts'

/** Refuses a body of more bytes, before it is in memory. */
export function atMost(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new PosternError('request/too-large', `At most ${maxSize} bytes are taken here.`)
    },
  })
}

/**
 * The JSON body as the contract describes it. Other media types are refused: a form of another site can
 * send them without asking.
 * @throws PosternError `request/malformed`, naming the member but never its value
 */
export async function readBody<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  if (!/^application\/json *(;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new PosternError('request/malformed', 'The body must be application/json.')
  }
  return accept(schema, await readJson(c))
}

/** What came from outside, in the form that the contract gives it. */
export function accept<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const member = issue?.path.join('.') ?? ''
  throw new PosternError(
    'request/malformed',
    `${member || 'The request'}: ${issue?.message ?? 'not valid'}`,
  )
}

async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json()
  } catch (error) {
    throw new PosternError('request/malformed', 'The body is not JSON.', { cause: error })
  }
}
