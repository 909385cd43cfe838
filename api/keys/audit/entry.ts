import { createHash } from 'node:crypto'
import type { AuditEntryRow } from '../../storage/audit-rows.ts'

/** What a writer says; its place in the chain is added when it is written. */
export type AuditEntry = Pick<AuditEntryRow, 'phase' | 'action' | 'operation'> &
  Partial<
    Pick<
      AuditEntryRow,
      | 'outcome'
      | 'code'
      | 'actor'
      | 'userId'
      | 'sessionId'
      | 'keyId'
      | 'digest'
      | 'entryDigest'
      | 'contextHash'
    >
  >

/** The entry that the next one follows. */
export type Link = Pick<AuditEntryRow, 'sequence' | 'hash'>

/** What the first entry of a chain follows. */
export const START_OF_CHAIN: Link = { sequence: -1, hash: '' }

const ABSENT = {
  outcome: null,
  code: null,
  actor: null,
  userId: null,
  sessionId: null,
  keyId: null,
  digest: null,
  entryDigest: null,
  contextHash: null,
}

/** The entry in its place after `link`. `at` is ISO 8601 in UTC. */
export function chainEntry(
  entry: AuditEntry,
  writer: string,
  at: string,
  link: Link,
): AuditEntryRow {
  const place = { writer, at, sequence: link.sequence + 1, previous: link.hash }
  const row = { ...ABSENT, ...entry, ...place }
  return { ...row, hash: hashEntry(row) }
}

/**
 * SHA-256, in hexadecimal, of the entry's canonical encoding, version 1, fixed for ever: the UTF-8 bytes of
 * a JSON array (RFC 8259, without white space, strings escaped as ECMA-262 `JSON.stringify` does) of
 *
 *     "postern/audit/v1", writer, sequence, at, phase, action, operation, outcome, code,
 *     actor, userId, sessionId, keyId, digest, entryDigest, contextHash, previous
 *
 * where `sequence` is a number, counted from 0 for each writer, the absent is `null`, and all others are
 * strings. `previous` is the hash of the writer's entry before, empty for its first: so a chain holds.
 */
export function hashEntry(entry: Omit<AuditEntryRow, 'hash'>): string {
  const encoded = JSON.stringify([
    'postern/audit/v1',
    entry.writer,
    entry.sequence,
    entry.at,
    entry.phase,
    entry.action,
    entry.operation,
    entry.outcome,
    entry.code,
    entry.actor,
    entry.userId,
    entry.sessionId,
    entry.keyId,
    entry.digest,
    entry.entryDigest,
    entry.contextHash,
    entry.previous,
  ])
  return createHash('sha256').update(encoded, 'utf8').digest('hex')
}
