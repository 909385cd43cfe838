import type { Db } from '../../../storage/schema.ts'

/**
 * Uses up what was shown: one statement that compares and sets, inside a transaction.
 * @returns false when it was used before
 */
export type Spend = (tx: Db, now: Date) => Promise<boolean>

/** Looks whether the proof is right: how it is used up then, null when it is wrong. */
export type PreparedCheck = () => Promise<Spend | null>
