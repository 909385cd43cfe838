/** Content from this size on is decrypted in pieces: WebCrypto holds the whole of what it is given three times. */
export const LARGE_CONTENT = 4 * 1024 * 1024

/** Octets at once, whole blocks of AES: what allocators keep at hand. Twice as fast as pieces of 1 MiB. */
export const PIECE = 256 * 1024
