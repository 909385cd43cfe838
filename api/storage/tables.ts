import type { Schema } from './schema.ts'

/**
 * What a backup does with a table. `carried`: it has the rows, and a restore puts them back. `onward`: the same, but a
 * present database that has gone further keeps its own. `left`: it has none, and after a restore there are none; what
 * is for a short time, or must not be good twice.
 */
type Fate = 'carried' | 'onward' | 'left'

type Table<Name extends keyof Schema> = {
  readonly fate: Fate
  /** Its primary key, which is also the order of its rows in a backup. */
  readonly key: readonly [keyof Schema[Name], ...(keyof Schema[Name])[]]
}

/** Every table but that of the migrations, each after those that it refers to. */
export const TABLES: { readonly [Name in Exclude<keyof Schema, 'schemaVersion'>]: Table<Name> } = {
  users: { fate: 'carried', key: ['id'] },
  factors: { fate: 'carried', key: ['id'] },
  recoveryCodes: { fate: 'carried', key: ['userId', 'hash'] },
  identities: { fate: 'carried', key: ['issuer', 'subject'] },
  passkeys: { fate: 'carried', key: ['id'] },
  ceremonies: { fate: 'left', key: ['id'] },
  enrolments: { fate: 'left', key: ['userId'] },
  attempts: { fate: 'onward', key: ['name'] },
  sessions: { fate: 'left', key: ['id'] },
  keys: { fate: 'carried', key: ['id'] },
  policyChanges: { fate: 'carried', key: ['operation'] },
  uses: { fate: 'onward', key: ['subject', 'number'] },
  approvals: { fate: 'left', key: ['hash'] },
  rushes: { fate: 'onward', key: ['userId', 'size'] },
  certificates: { fate: 'carried', key: ['keyId', 'position'] },
  pastCertificates: { fate: 'carried', key: ['keyId', 'fingerprint'] },
  anchors: { fate: 'carried', key: ['fingerprint'] },
  authorities: { fate: 'carried', key: ['name'] },
  settings: { fate: 'onward', key: ['section'] },
  changes: { fate: 'left', key: ['id'] },
  repeats: { fate: 'left', key: ['name'] },
  auditEntries: { fate: 'onward', key: ['writer', 'sequence'] },
  auditHeads: { fate: 'onward', key: ['writer'] },
  auditKeys: { fate: 'onward', key: ['fingerprint'] },
  auditCheckpoints: { fate: 'onward', key: ['number'] },
}

export type TableName = keyof typeof TABLES

export function tablesWith(...fates: readonly Fate[]): TableName[] {
  return TABLE_NAMES.filter((name) => fates.includes(TABLES[name].fate))
}

export function isTableName(text: string): text is TableName {
  return Object.hasOwn(TABLES, text)
}

const TABLE_NAMES = Object.keys(TABLES) as TableName[]
