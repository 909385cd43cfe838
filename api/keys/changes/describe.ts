import type { Change } from '#shared/contract/admin/changes.ts'
import { findChange, listOpenChanges, listSettledChanges } from '../../storage/changes.ts'
import type { ChangeRow, Db, UserRow } from '../../storage/schema.ts'
import { listAdministrators, listUsernames } from '../../storage/users.ts'
import { PosternError } from '#shared/errors.ts'
import { contentOf } from './change-record.ts'
import { kindOf } from './kinds/every.ts'
import { standsAlone, voiceOf } from './voices.ts'

/** The open changes, then the settled ones. @param viewer whose confirmation is asked about */
export async function listChanges(db: Db, viewer: string | null): Promise<Change[]> {
  const rows = [...(await listOpenChanges(db)), ...(await listSettledChanges(db))]
  const administrators = await listAdministrators(db)
  return Promise.all(rows.map((row) => describeChange(db, row, administrators, viewer)))
}

/** @throws PosternError `request/not-found` */
export async function getChange(db: Db, id: string, viewer: string | null): Promise<Change> {
  const row = await findChange(db, id)
  if (row === null) throw new PosternError('request/not-found', 'There is no such change.')
  return describeChange(db, row, await listAdministrators(db), viewer)
}

async function describeChange(
  db: Db,
  row: ChangeRow,
  administrators: readonly UserRow[],
  viewer: string | null,
): Promise<Change> {
  const content = contentOf(row)
  const { userId } = await kindOf(content).about(db, content)
  const people = [row.firstId, row.secondId]
  const names = await listUsernames(
    db,
    [userId, ...people].flatMap((id) => id ?? []),
  )
  const isOpen = row.state === 'open'
  const voice = isOpen && viewer !== null ? voiceOf(viewer, row, administrators) : null
  return {
    id: row.id,
    content,
    user: userId === null ? null : (names.get(userId) ?? null),
    state: row.state,
    code: row.code,
    proposedBy: row.actor,
    proposedAt: row.proposedAt,
    administrators: people.flatMap((id) => (id === null ? [] : (names.get(id) ?? []))),
    actsAt: isOpen && standsAlone(row, administrators) ? row.actsAt : null,
    expiresAt: row.expiresAt,
    settledBy: row.settledBy,
    settledAt: row.settledAt,
    mayConfirm: voice === 'first' || voice === 'second',
  }
}
