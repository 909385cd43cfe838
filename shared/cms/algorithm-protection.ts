import type { Cursor } from '../asn1/reader.ts'
import { context } from '../asn1/tags.ts'
import { contextImplicit, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../x509/algorithm-identifier.ts'

/** CMSAlgorithmProtection (RFC 6211): the signer's algorithms once more, this time under the signature. */
export type AlgorithmProtection = {
  readonly digest: AlgorithmIdentifier
  readonly signature: AlgorithmIdentifier
}

/** Reads the CMSAlgorithmProtection of a signature. */
export function readAlgorithmProtection(cursor: Cursor): AlgorithmProtection {
  const fields = cursor.sequence()
  const digest = readAlgorithmIdentifier(fields)
  const signature = readAlgorithmIdentifier(fields, context(1))
  fields.end()
  return { digest, signature }
}

/** DER CMSAlgorithmProtection of two DER AlgorithmIdentifiers. */
export function encodeAlgorithmProtection(digest: Bytes, signature: Bytes): Bytes {
  return sequence(digest, contextImplicit(1, signature))
}
