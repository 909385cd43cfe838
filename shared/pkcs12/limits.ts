/** A key with its chain has some 10 KiB; a file with many keys is not what is imported here. */
export const MAX_FILE_BYTES = 256 * 1024

/** PBKDF2 runs inside WebCrypto: two million take a second or two, and no program writes more. */
export const MAX_PBKDF2_ITERATIONS = 2_000_000

/** The derivation of RFC 7292 runs here, digest by digest: honest files have 1,000 to 10,000. */
export const MAX_LEGACY_ITERATIONS = 100_000

export const MAX_BAGS = 100

/** Each encrypted part has a key derivation of its own, as long as its file says: a few keys and their certificates. */
export const MAX_DERIVATIONS = 16
