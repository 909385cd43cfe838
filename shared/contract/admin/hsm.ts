import { z } from 'zod'

const state = z.enum(['ready', 'restarting', 'down', 'stopped'])

/**
 * One of several tokens that shall hold the same keys. `missing`: ids of keys that others have; `different`: of keys that
 * are others than the first token's. Such keys are used where they are; a token with other system keys is not used.
 */
const tokenSchema = z.object({
  tokenLabel: z.string(),
  state,
  restarts: z.number().int(),
  lastFailure: z.string().nullable(),
  sameSystemKeys: z.boolean(),
  missing: z.array(z.string()),
  different: z.array(z.string()),
})

/**
 * `GET /admin/hsm`: the token and its worker. `capabilities`: what the token was seen to do, null until it was tried.
 * `changedKeys`: ids of keys that are not as they were made, and are refused. `tokens`: each, where there are several.
 */
export const hsmAnswer = z.object({
  state,
  restarts: z.number().int(),
  tokenLabel: z.string(),
  capabilities: z.record(z.string(), z.boolean()).nullable(),
  changedKeys: z.array(z.string()),
  lastFailure: z.string().nullable(),
  tokens: z.array(tokenSchema).optional(),
})
