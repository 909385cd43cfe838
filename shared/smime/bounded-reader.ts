import { Budget } from '../budget.ts'
import { MAX_SIGNATURE_CHECKS } from '../x509/verify-signature.ts'
import type { Reader } from './reader.ts'

/** A reader, and what one message may still cost them over all its layers: it nests as many as it likes. */
export type BoundedReader = Reader & { readonly signatureChecks: Budget }

/** The reader of one message that is about to be opened. */
export function boundReader(reader: Reader): BoundedReader {
  return { ...reader, signatureChecks: new Budget(MAX_SIGNATURE_CHECKS) }
}
