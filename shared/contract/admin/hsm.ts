import { z } from 'zod'

/**
 * `GET /admin/hsm`: the token and its worker. `capabilities`: what the token was seen to do, null until it was tried.
 * `changedKeys`: ids of keys that are not as they were made, and are refused.
 */
export const hsmAnswer = z.object({
  state: z.enum(['ready', 'restarting', 'down', 'stopped']),
  restarts: z.number().int(),
  tokenLabel: z.string(),
  capabilities: z.record(z.string(), z.boolean()).nullable(),
  changedKeys: z.array(z.string()),
  lastFailure: z.string().nullable(),
})
