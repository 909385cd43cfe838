import type { Bytes } from '#shared/bytes.ts'
import { type ErrorCode, isPosternError } from '#shared/errors.ts'

/** Bytes of hexadecimal text; blanks are allowed between pairs. */
export function fromHex(text: string): Bytes {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
}

/** Runs it and lets it fail with one of these codes; any other failure comes through. */
export function onlyFailsWith(codes: readonly ErrorCode[], run: () => unknown): void {
  try {
    run()
  } catch (error) {
    if (!isPosternError(error, ...codes)) throw error
  }
}

/** What a reader of ASN.1 may fail with. */
export const ASN1_CODES = ['asn1/malformed', 'asn1/limit'] as const satisfies readonly ErrorCode[]

/** What a parser of CMS may fail with. */
export const CMS_CODES = [
  ...ASN1_CODES,
  'x509/malformed',
  'cms/malformed',
  'cms/unsupported',
  'cms/limit',
] as const satisfies readonly ErrorCode[]
