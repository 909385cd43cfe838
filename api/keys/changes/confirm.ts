import type { FactorProof } from '#shared/contract/factor-proof.ts'
import { PosternError } from '#shared/errors.ts'
import { findChange, updateOpenChange } from '../../storage/changes.ts'
import type { ChangeRow, Db, UserRow } from '../../storage/schema.ts'
import { listAdministrators } from '../../storage/users.ts'
import type { Append } from '../audit/journal.ts'
import { checkFactor } from '../auth/factors/check-factor.ts'
import type { FactorDeps } from '../auth/factors/prepared-check.ts'
import { byAdministrator, type By, type Place } from '../lifecycle/by.ts'
import { contentOf, stepEntry } from './change-record.ts'
import { kindOf } from './kinds/every.ts'
import { performChange } from './perform.ts'
import { settleChanges } from './settle.ts'
import { standsAlone, voiceOf } from './voices.ts'

type Agreed = { readonly change: ChangeRow; readonly voice: 'first' | 'second' }

/**
 * An administrator puts their name to a change, by a factor that is shown for it. Where another one has done so
 * before, it is done in the same transaction; else it waits for one more.
 * @throws PosternError `request/not-found`, `change/needs-second` (with `retryAfter` where a time is waited for), and
 * as `checkFactor`
 */
export async function confirmChange(
  deps: FactorDeps,
  user: UserRow,
  from: Place,
  { id, proof }: { readonly id: string; readonly proof: FactorProof },
): Promise<void> {
  await settleChanges(deps)
  const early = await agree(deps.db, deps.clock(), id, user) // before a code is spent on it
  if (early instanceof PosternError) throw early
  const by = byAdministrator(user, from)
  const session = by.sessionId === null ? null : { id: by.sessionId }
  const shown = { user, session, action: 'change-confirmed', proof } as const
  const outcome = await checkFactor(deps, shown, async (tx, append, now) => {
    const agreed = await agree(tx, now, id, user)
    if (agreed instanceof PosternError) return agreed
    await confirm(tx, append, now, agreed, by)
    return 'confirmed'
  })
  if (outcome instanceof PosternError) throw outcome
}

/** Whether the user may confirm it now, and as which of the two. */
async function agree(db: Db, now: Date, id: string, user: UserRow): Promise<Agreed | PosternError> {
  const change = await findChange(db, id)
  const administrators = await listAdministrators(db)
  const voice = change?.state === 'open' ? voiceOf(user.id, change, administrators) : null
  if (change === null || voice === null) {
    return new PosternError('request/not-found', 'There is no such open change.')
  }
  if (voice !== 'own') return { change, voice }
  if (!standsAlone(change, administrators)) {
    return new PosternError('change/needs-second', 'You have agreed to this one already.')
  }
  const retryAfter = (Date.parse(change.actsAt) - now.getTime()) / 1000
  const why = 'You are the only administrator: it takes effect when its time has come.'
  return new PosternError('change/needs-second', why, { retryAfter })
}

async function confirm(
  tx: Db,
  append: Append,
  now: Date,
  { change, voice }: Agreed,
  by: By,
): Promise<void> {
  const content = contentOf(change)
  const { keyId } = await kindOf(content).about(tx, content)
  append(stepEntry('change-confirmed', change, by, keyId))
  if (voice === 'second') await performChange(tx, append, now, change, by)
  else await updateOpenChange(tx, change.id, { firstId: by.userId })
}
