/**
 * What came out of a recipient entry. `key` has the wanted length in both cases; where `good` is 0 it
 * is garbage that must be replaced, by selection and not by a branch. `key` is memory of its own (a
 * Buffer's `slice` would not be), to be overwritten after use.
 */
export type Recovered = { readonly good: 0 | 1; readonly key: Uint8Array }
