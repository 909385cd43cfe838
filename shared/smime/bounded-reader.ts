import { Budget } from '../budget.ts'
import type { Bytes } from '../bytes.ts'
import { MAX_SIGNATURE_CHECKS } from '../x509/verify-signature.ts'
import type { Reader } from './reader.ts'

// Each costs an operation of the token. Honest mail is encrypted once, seldom twice.
const MAX_UNWRAPS = 8

const MAX_INFLATIONS = 2 // packed before it was encrypted, and by a gateway once more

const MAX_RESTORED = 16 * 1024 * 1024 // bytes, over all guesses: beyond, a broken signature is just broken

/** A reader, and what one message may still cost them over all its layers: it nests as many as it likes. */
export type BoundedReader = Reader & {
  readonly signatureChecks: Budget
  readonly unwraps: Budget
  readonly inflations: Budget
  /** Bytes that guesses at what a changed part was before may come to. */
  readonly restored: Budget
  /** Whether the memory behind bytes may be written over and freed: it is not lent. */
  readonly owns: (bytes: Bytes) => boolean
}

/**
 * The reader of one message that is about to be opened.
 * @param lent the caller's own bytes, which stay as they are; null where they were given away
 */
export function boundReader(reader: Reader, lent: Bytes | null): BoundedReader {
  const signatureChecks = new Budget(MAX_SIGNATURE_CHECKS)
  return {
    ...reader,
    signatureChecks,
    unwraps: new Budget(MAX_UNWRAPS),
    inflations: new Budget(MAX_INFLATIONS),
    restored: new Budget(MAX_RESTORED),
    owns: ({ buffer }) =>
      ![lent, reader.detachedContent].some((theirs) => theirs?.buffer === buffer),
  }
}
