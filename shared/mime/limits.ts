import { MAX_MESSAGE_BYTES } from '../message-size.ts'

/**
 * Bounds of the MIME parser. Above any honest mail that was seen, below what could exhaust a phone.
 * Going past one is `mime/limit`.
 */
export type MimeLimits = {
  readonly messageBytes: number
  readonly headerBytes: number
  readonly depth: number
  readonly parts: number
  readonly scannedBytes: number
}

/** The limits for mail of strangers. */
export const MIME_LIMITS: MimeLimits = {
  messageBytes: MAX_MESSAGE_BYTES,
  headerBytes: 256 * 1024, // long chains of Received and ARC fields stay below 64 KiB
  depth: 20, // forwarded forwards of digests reach 8; recursion stays harmless
  parts: 1000, // a photo album by mail; each part costs an object and a frame
  // Each multipart is gone over for its boundary. The largest message six levels deep: the bulk of honest
  // mail lies in four (mixed by a list, signed, mixed, related).
  scannedBytes: 6 * MAX_MESSAGE_BYTES,
}

/** Parameters, or pieces of them, in one field; a field is already bounded by `headerBytes`. */
export const MAX_PARAMETERS = 200

/** Characters of one parameter, or piece of one: file systems end names at 255, the rest serves nobody. */
export const MAX_PARAMETER_LENGTH = 8192

/** Encoded words decoded in one field: 45 KiB of text in words of full length. */
export const MAX_ENCODED_WORDS = 1000

/** Mailboxes in one field: a large distribution list, written out. */
export const MAX_ADDRESSES = 5000
