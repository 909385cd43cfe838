import type { UnwrapBatchRequest } from '#shared/contract/keys.ts'
import type { Caller } from '../auth/caller.ts'
import type { KeyServiceDeps } from '../service.ts'
import { type Unwrapped, unwrapContentKey } from './unwrap.ts'

/** What became of one entry. */
export type Answered = { readonly value: Unwrapped } | { readonly error: unknown }

/**
 * Has the token open several entries. Each is decided about, recorded and answered on its own, in the order given;
 * those that are decided at the same time share their transactions. Never throws.
 */
export function unwrapBatch(
  deps: KeyServiceDeps,
  caller: Caller,
  { entries, sealTo }: UnwrapBatchRequest,
): Promise<Answered[]> {
  return Promise.all(
    entries.map(async ({ key, ...entry }): Promise<Answered> => {
      try {
        const value = await unwrapContentKey(deps, caller, key, { ...entry, sealTo }, 'batch')
        return { value }
      } catch (error) {
        return { error }
      }
    }),
  )
}
