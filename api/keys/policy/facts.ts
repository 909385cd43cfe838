import { instant } from '../../clock.ts'
import { listApprovals, listOpenPeriods } from '../../storage/approvals.ts'
import { listAllowances, listKeysById } from '../../storage/keys.ts'
import type { ApprovalRow, Db, KeyRow, SessionRow } from '../../storage/schema.ts'
import { listSessionsById } from '../../storage/sessions.ts'
import { findUses, type UseSought } from '../../storage/uses.ts'
import { approvalMode } from './approval.ts'
import { KnownApprovals } from './known-approvals.ts'
import type { Asked, OperationRequest } from './permit.ts'
import { type Allowance, quotasOf, unapprovedQuota } from './quota.ts'
import { RecentUse } from './recent-use.ts'

/** How sessions and keys stand at the moment of the transaction, by their ids. */
export type Standing = {
  readonly sessions: ReadonlyMap<string, SessionRow>
  readonly keys: ReadonlyMap<string, KeyRow>
}

/** All that judging turns on. */
export type Facts = Standing & {
  readonly uses: RecentUse
  readonly approvals: KnownApprovals
  /** Of users, by their ids. */
  readonly allowances: ReadonlyMap<string, Allowance>
}

/** Reads what the requests speak of, with a few queries for all of them. */
export async function readStanding(
  tx: Db,
  requests: readonly OperationRequest[],
): Promise<Standing> {
  const sessions = await listSessionsById(tx, distinct(requests, 'sessionId'))
  const keys = await listKeysById(tx, distinct(requests, 'keyId'))
  return { sessions: byId(sessions), keys: byId(keys) }
}

export async function readFacts(tx: Db, asked: readonly Asked[], now: Date): Promise<Facts> {
  const requests = asked.map(({ request }) => request)
  const standing = await readStanding(tx, requests)
  const allowed = await listAllowances(tx, distinct(requests, 'userId'))
  const allowances = new Map(allowed.map((row) => [row.userId, row]))
  const uses = new RecentUse(await findUses(tx, usesSought(standing, allowances, asked)))
  const approvals = new KnownApprovals(await readApprovals(tx, standing, asked, now))
  return { ...standing, uses, approvals, allowances }
}

/** Where no key needs one, and no request brings one, nothing is read. */
async function readApprovals(
  tx: Db,
  { keys }: Standing,
  asked: readonly Asked[],
  now: Date,
): Promise<ApprovalRow[]> {
  const named = asked.flatMap(({ terms }) => terms.approval ?? [])
  const periods = asked.flatMap(({ request }) => {
    const key = keys.get(request.keyId)
    return key !== undefined && approvalMode(key) === 'period' ? [request] : []
  })
  const byName = await listApprovals(tx, [...new Set(named)])
  const ofSessions = await listOpenPeriods(tx, distinct(periods, 'sessionId'), instant(now))
  return [...byName, ...ofSessions]
}

/**
 * Of each key and user the uses that may decide: for the first request in the group the one that a full quota
 * begins with, for the next request the one after it, and so on; and the last, which tells how many there were.
 */
function usesSought(
  { keys }: Standing,
  allowances: Facts['allowances'],
  asked: readonly Asked[],
): UseSought[] {
  const subjects = new Map<string, { requests: number; readonly sizes: Set<number> }>()
  const note = (subject: string, sizes: readonly number[]) => {
    const known = subjects.get(subject) ?? { requests: 0, sizes: new Set() }
    known.requests++
    for (const size of sizes) known.sizes.add(size)
    subjects.set(subject, known)
  }
  for (const { request, terms } of asked) {
    const key = keys.get(request.keyId)
    const ofUser = allowances.get(request.userId)
    if (key === undefined || ofUser === undefined) continue
    const unapproved = unapprovedQuota(key)
    const quotas = [
      ...quotasOf(key, ofUser, terms.batched),
      ...(unapproved === null ? [] : [unapproved]),
    ]
    for (const subject of new Set([key.id, request.userId])) {
      note(
        subject,
        quotas.filter((quota) => quota.subject === subject).map(({ uses }) => uses),
      )
    }
  }
  return [...subjects].flatMap(([subject, { requests, sizes }]) =>
    backsOf(requests, sizes).map((back) => ({ subject, back })),
  )
}

/** Whatever comes before it in the group is let through or not: any of these may be the one that decides. */
function backsOf(requests: number, sizes: ReadonlySet<number>): number[] {
  const backs = new Set([0])
  for (const size of sizes) {
    for (let before = 0; before < requests; before++) {
      if (size - 1 - before > 0) backs.add(size - 1 - before)
    }
  }
  return [...backs]
}

function distinct(
  requests: readonly OperationRequest[],
  member: 'sessionId' | 'keyId' | 'userId',
): readonly string[] {
  return [...new Set(requests.map((request) => request[member]))]
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]))
}
