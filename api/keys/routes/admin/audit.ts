import { Hono } from 'hono'
import type { z } from 'zod'
import { type auditAnswer, auditQuery } from '#shared/contract/admin/audit.ts'
import { PosternError } from '#shared/errors.ts'
import { readWith } from '../../../read-request.ts'
import type { AuditPlace } from '../../../storage/audit-entries.ts'
import { findAuditPlace, readAuditBackward } from '../../../storage/audit-search.ts'
import type { AuditEntryRow } from '../../../storage/audit-rows.ts'
import type { Db } from '../../../storage/schema.ts'
import { findUserByName, listUsernames } from '../../../storage/users.ts'
import type { CallerEnv } from '../../auth/caller.ts'
import type { KeyServiceDeps } from '../../service.ts'

const PAGE = 100 // what a person looks through

/** `/admin/audit`: everybody's log, read from the audit. */
export function auditRoutes({ db }: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.get('/', async (c) => {
    const query = readWith(auditQuery, c.req.query())
    const rows = await findEntries(db, query)
    const names = await listUsernames(db, [...new Set(rows.flatMap(({ userId }) => userId ?? []))])
    const entries = rows.map((row) => describe(row, names))
    const next = rows.length < PAGE ? null : (entries.at(-1)?.place ?? null)
    return c.json({ entries, next } satisfies z.input<typeof auditAnswer>)
  })
  return routes
}

async function findEntries(
  db: Db,
  {
    user,
    key: keyId,
    session: sessionId,
    before,
    since,
    until,
    ...filter
  }: z.output<typeof auditQuery>,
): Promise<AuditEntryRow[]> {
  const from = before === undefined ? null : await getPlace(db, before)
  const userId = user === undefined ? undefined : (await findUserByName(db, user.toLowerCase()))?.id
  if (user !== undefined && userId === undefined) return []
  const times = { since: inMilliseconds(since), until: inMilliseconds(until) }
  return readAuditBackward(db, { ...filter, ...times, userId, keyId, sessionId }, from, PAGE)
}

/** Times are compared as text, so they have to be written as in the database. */
function inMilliseconds(instant: string | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString()
}

async function getPlace(db: Db, text: string): Promise<AuditPlace> {
  const [writer = '', sequence = ''] = text.split('.')
  const place = await findAuditPlace(db, writer, Number(sequence))
  if (place !== null) return place
  throw new PosternError('request/not-found', 'There is no such place in the audit.')
}

function describe(row: AuditEntryRow, names: ReadonlyMap<string, string>) {
  const { writer, sequence, at, phase, action, operation, outcome, code, actor } = row
  return {
    place: `${writer}.${sequence}`,
    ...{ at, phase, action, operation, outcome, code, actor },
    user: row.userId === null ? null : (names.get(row.userId) ?? row.userId),
    session: row.sessionId,
    key: row.keyId,
  }
}
