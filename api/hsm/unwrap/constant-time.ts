/**
 * Branch-free arithmetic on small integers, for values that depend on a secret. What engines compile
 * it to cannot be promised; that nothing shows is measured, not assumed (security.md H.2).
 */

/** 1 when `value` is 0, else 0; for 0 ≤ value < 2^31. */
export function isZero(value: number): 0 | 1 {
  return (((value | -value) >>> 31) ^ 1) as 0 | 1
}

/** `ifOne` when `choice` is 1, `ifZero` when it is 0; both of one length, each byte of both is read. */
export function select(
  choice: 0 | 1,
  ifOne: Uint8Array,
  ifZero: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (ifOne.length !== ifZero.length) throw new TypeError('lengths differ')
  const mask = -choice & 0xff
  return Uint8Array.from(ifOne, (byte, at) => (byte & mask) | ((ifZero[at] ?? 0) & ~mask & 0xff))
}

/** 1 when both hold the same bytes, else 0; every byte is read. */
export function isEqual(a: Uint8Array, b: Uint8Array): 0 | 1 {
  if (a.length !== b.length) throw new TypeError('lengths differ')
  let difference = 0
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0)
  return isZero(difference)
}
