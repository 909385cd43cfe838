import { generateKeyPairSync, randomInt } from 'node:crypto'
import { fingerprintOf } from '#api/keys/audit/checkpoint.ts'
import type {
  AuditCheckpointRow,
  AuditEntryRow,
  AuditHeadRow,
  AuditKeyRow,
} from '#api/storage/audit-rows.ts'
import type { Db } from '#api/storage/schema.ts'
import { base64url } from '#shared/base64.ts'

/** Everything that a verification reads. */
export type AuditRows = {
  readonly entries: readonly AuditEntryRow[]
  readonly heads: readonly AuditHeadRow[]
  readonly checkpoints: readonly AuditCheckpointRow[]
  readonly keys: readonly AuditKeyRow[]
}

/** A change of the audit, and the first entry or checkpoint that it makes bad. */
export type Mutation = {
  readonly rows: AuditRows
  readonly what: string
  readonly expected:
    | { readonly kind: 'broken'; readonly sequence: number }
    | { readonly kind: 'bad-checkpoint'; readonly checkpoint: number }
}

export async function readAuditRows(db: Db): Promise<AuditRows> {
  return {
    entries: await db.selectFrom('auditEntries').selectAll().orderBy('sequence').execute(),
    heads: await db.selectFrom('auditHeads').selectAll().execute(),
    checkpoints: await db.selectFrom('auditCheckpoints').selectAll().orderBy('number').execute(),
    keys: await db.selectFrom('auditKeys').selectAll().execute(),
  }
}

export async function replaceAuditRows(db: Db, rows: AuditRows): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const table of ['auditEntries', 'auditHeads', 'auditCheckpoints', 'auditKeys'] as const) {
      await tx.deleteFrom(table).execute()
    }
    if (rows.entries.length > 0) await tx.insertInto('auditEntries').values(rows.entries).execute()
    if (rows.heads.length > 0) await tx.insertInto('auditHeads').values(rows.heads).execute()
    if (rows.checkpoints.length > 0) {
      await tx.insertInto('auditCheckpoints').values(rows.checkpoints).execute()
    }
    if (rows.keys.length > 0) await tx.insertInto('auditKeys').values(rows.keys).execute()
  })
}

const ENTRY_TEXTS = [
  'at',
  'phase',
  'action',
  'operation',
  'outcome',
  'code',
  'actor',
  'userId',
  'sessionId',
  'keyId',
  'digest',
  'entryDigest',
  'contextHash',
  'previous',
  'hash',
] as const

const CHECKPOINT_TEXTS = ['writer', 'hash', 'at', 'previous', 'key', 'signature'] as const

/** One random change of one row, a removal, a cut or a swap, of entries as often as of checkpoints. */
export function mutate(intact: AuditRows): Mutation {
  return randomInt(2) === 0 ? mutateEntries(intact) : mutateCheckpoints(intact)
}

function mutateEntries(intact: AuditRows): Mutation {
  const rows = [...intact.entries]
  const at = randomInt(rows.length)
  const changed = (first: number, what: string): Mutation => ({
    rows: { ...intact, entries: rows },
    expected: { kind: 'broken', sequence: first },
    what: `entries: ${what}`,
  })
  switch (randomInt(6)) {
    case 0:
    case 1: {
      const column = ENTRY_TEXTS[randomInt(ENTRY_TEXTS.length)]!
      const before = rows[at]!
      rows[at] = { ...before, [column]: `${before[column] ?? ''}!` }
      return changed(at, `changed ${column} of ${at}`)
    }
    case 2:
      rows.splice(at, 1)
      return changed(at, `removed ${at}`)
    case 3:
      rows.splice(at)
      return changed(at, `cut from ${at}`)
    case 4:
      return cutWithHead(intact)
    default: {
      const other = (at + 1 + randomInt(rows.length - 1)) % rows.length
      const [a, b] = [rows[at]!, rows[other]!]
      rows[at] = { ...b, sequence: a.sequence }
      rows[other] = { ...a, sequence: b.sequence }
      return changed(Math.min(at, other), `swapped ${at} and ${other}`)
    }
  }
}

/** The end is taken away, and the head moved there: only what the token signed beyond it tells. */
function cutWithHead(intact: AuditRows): Mutation {
  const signedUpTo = intact.checkpoints.at(-1)!.sequence
  const at = 1 + randomInt(signedUpTo)
  const entries = intact.entries.slice(0, at)
  const { sequence, hash } = entries.at(-1)!
  const heads = intact.heads.map((head) => ({ ...head, sequence, hash }))
  return {
    rows: { ...intact, entries, heads },
    expected: { kind: 'broken', sequence: at },
    what: `cut from ${at}, with the head`,
  }
}

function mutateCheckpoints(intact: AuditRows): Mutation {
  const rows = [...intact.checkpoints]
  const at = randomInt(rows.length - 1) // nothing in the database tells that the last one is missing
  const changed = (first: number, what: string, keys = intact.keys): Mutation => ({
    rows: { ...intact, checkpoints: rows, keys },
    expected: { kind: 'bad-checkpoint', checkpoint: first },
    what: `checkpoints: ${what}`,
  })
  switch (randomInt(5)) {
    case 0: {
      const column = CHECKPOINT_TEXTS[randomInt(CHECKPOINT_TEXTS.length)]!
      rows[at] = { ...rows[at]!, [column]: `${rows[at]![column]}!` }
      return changed(at, `changed ${column} of ${at}`)
    }
    case 1:
      rows[at] = { ...rows[at]!, sequence: rows[at]!.sequence + 1 }
      return changed(at, `moved ${at}`)
    case 2:
      rows.splice(at, 1)
      return changed(at, `removed ${at}`)
    case 3: {
      const other = (at + 1 + randomInt(rows.length - 1)) % rows.length
      const [a, b] = [rows[at]!, rows[other]!]
      rows[at] = { ...b, number: a.number }
      rows[other] = { ...a, number: b.number }
      return changed(Math.min(at, other), `swapped ${at} and ${other}`)
    }
    default:
      return changed(0, 'another key', intact.keys.map(substituted))
  }
}

/** A key of somebody else, under the name of the token's or under its own. */
function substituted(key: AuditKeyRow): AuditKeyRow {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const der = publicKey.export({ type: 'spki', format: 'der' })
  const fingerprint = randomInt(2) === 0 ? key.fingerprint : fingerprintOf(der)
  return { ...key, fingerprint, spki: base64url(der) }
}
