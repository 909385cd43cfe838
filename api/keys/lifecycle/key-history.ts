import type { KeyEvent } from '#shared/contract/admin/keys.ts'
import { listKeyEvents } from '../../storage/key-history.ts'
import type { Db } from '../../storage/schema.ts'
import { listUsernames } from '../../storage/users.ts'

type Row = Awaited<ReturnType<typeof listKeyEvents>>[number]

/** What happened to these keys, their use apart, and who did it; the newest first. */
export async function readKeyHistory(db: Db, keyIds: readonly string[]): Promise<KeyEvent[]> {
  const rows = await listKeyEvents(db, keyIds)
  const names = await listUsernames(db, [...new Set(rows.flatMap(({ userId }) => userId ?? []))])
  return rows.map((row) => describe(row, names))
}

function describe(row: Row, names: ReadonlyMap<string, string>): KeyEvent {
  const hasResult = row.phase === 'intent'
  return {
    at: row.at,
    key: row.keyId ?? '',
    what: row.action,
    outcome: (hasResult ? row.resultOutcome : row.outcome) ?? 'unknown',
    code: hasResult ? row.resultCode : row.code,
    by: doerOf(row, names),
  }
}

/** Where the audit names nobody beside whom it concerns, they did it themselves. */
function doerOf({ actor, action, userId }: Row, names: ReadonlyMap<string, string>): string | null {
  const username = userId === null ? null : (names.get(userId) ?? null)
  const isChange = action.startsWith('change-')
  if (actor !== null && isChange && username !== null) return `administrator ${username} (${actor})`
  if (actor !== null || username === null || action === 'key-created') return actor
  return isChange ? `administrator ${username}` : username
}
