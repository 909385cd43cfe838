/** Above the largest message read (100 MiB) as base64-free CMS with room for its frame. */
export const MAX_INPUT_BYTES = 128 * 1024 * 1024

/** Nesting. Honest CMS stays below 16, certificates below 12. */
export const MAX_DEPTH = 32

/** Elements looked at in one go: 100 MiB in fragments of 1000 bytes has a tenth of this. */
export const MAX_ELEMENTS = 1_000_000

/** Octets of one object identifier: the longest registered ones have under 40. */
export const MAX_OID_BYTES = 64
