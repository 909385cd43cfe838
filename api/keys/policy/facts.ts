import { listKeysById } from '../../storage/keys.ts'
import type { Db, KeyRow, SessionRow } from '../../storage/schema.ts'
import { listSessionsById } from '../../storage/sessions.ts'
import { findUses, type UseSought } from '../../storage/uses.ts'
import type { OperationRequest } from './permit.ts'
import { quotasOf } from './quota.ts'
import { RecentUse } from './recent-use.ts'

/** How sessions and keys stand at the moment of the transaction, by their ids. */
export type Standing = {
  readonly sessions: ReadonlyMap<string, SessionRow>
  readonly keys: ReadonlyMap<string, KeyRow>
}

/** All that judging turns on. */
export type Facts = Standing & { readonly uses: RecentUse }

/** Reads what the requests speak of, with a few queries for all of them. */
export async function readStanding(
  tx: Db,
  requests: readonly OperationRequest[],
): Promise<Standing> {
  const sessions = await listSessionsById(tx, distinct(requests, 'sessionId'))
  const keys = await listKeysById(tx, distinct(requests, 'keyId'))
  return { sessions: byId(sessions), keys: byId(keys) }
}

export async function readFacts(tx: Db, requests: readonly OperationRequest[]): Promise<Facts> {
  const standing = await readStanding(tx, requests)
  const uses = await findUses(tx, usesSought(standing, requests))
  return { ...standing, uses: new RecentUse(uses) }
}

/**
 * Of each key and user the uses that may decide: for the first request in the group the one that a full quota
 * begins with, for the next request the one after it, and so on; and the last, which tells how many there were.
 */
function usesSought({ keys }: Standing, requests: readonly OperationRequest[]): UseSought[] {
  const sought: UseSought[] = []
  const asked = new Map<string, number>()
  for (const { keyId, userId } of requests) {
    const key = keys.get(keyId)
    if (key === undefined) continue
    for (const subject of [keyId, userId]) {
      const before = asked.get(subject) ?? 0
      asked.set(subject, before + 1)
      const quotas = quotasOf(key).filter((quota) => quota.subject === subject)
      const backs = quotas.map(({ uses }) => uses - 1 - before).filter((back) => back > 0)
      for (const back of [0, ...backs]) sought.push({ subject, back })
    }
  }
  return sought
}

function distinct(
  requests: readonly OperationRequest[],
  member: 'sessionId' | 'keyId',
): readonly string[] {
  return [...new Set(requests.map((request) => request[member]))]
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]))
}
