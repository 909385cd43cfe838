/**
 * What is wrong with an entry: it was changed, it is not where it was written, it is gone, or the token signed another
 * in its place, or one of those before it.
 */
export type Flaw = 'changed' | 'misplaced' | 'missing' | 'rewritten'

/** The first bad entry: its writer's chain, and its place there counted from 0. */
export type BadEntry = {
  readonly kind: 'broken'
  readonly writer: string
  readonly sequence: number
  readonly flaw: Flaw
  /** Of what was rewritten: it is this entry or one after it, up to here. */
  readonly upTo?: number
}

/** What is wrong with a checkpoint; `unknown-key`: signed by a key that is not recorded, or not one of those named. */
export type CheckpointFlaw = 'changed' | 'misplaced' | 'missing' | 'unknown-key'

/** The first bad checkpoint, by its number. */
export type BadCheckpoint = {
  readonly kind: 'bad-checkpoint'
  readonly checkpoint: number
  readonly flaw: CheckpointFlaw
}

/** How far the token vouches for an audit. */
export type Coverage = {
  readonly checkpoints: number
  /** When the last one was signed: ISO 8601 in UTC; null without any. */
  readonly lastAt: string | null
  /** Fingerprints of the keys that signed. */
  readonly keys: readonly string[]
  /** Whether these were compared with keys that the asker named. */
  readonly pinned: boolean
  /** Entries after the last checkpoint of their chain: nothing but the chain covers them. */
  readonly uncovered: number
}

export type AuditVerdict =
  | ({
      readonly kind: 'intact'
      readonly entries: number
      readonly writers: number
      /** Operations that were let through and whose end is not known. */
      readonly unknownOutcomes: number
    } & Coverage)
  | BadEntry
  | BadCheckpoint
