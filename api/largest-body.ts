/** What a call may bring at most, in bytes. The gateway holds as much before anybody knows who calls. */
export const LARGEST_BODY = {
  /** A long password in the longest JSON escapes; every other call brings less. */
  usual: 8 * 1024,
  /** A passkey with the longest id that one may have. */
  factor: 16 * 1024,
  /** That, and the digests of fifty contents. */
  approval: 24 * 1024,
  /** The longest recipient entry, twice over. */
  unwrap: 16 * 1024,
  /** As many of them as a batch has, with room to spare. */
  batch: 256 * 1024,
  /** Ten certificates of twelve KiB each, and a wrapped key. */
  certificates: 256 * 1024,
  /** A thousand recipients' addresses in the longest JSON escapes. */
  sign: 1024 * 1024,
} as const
