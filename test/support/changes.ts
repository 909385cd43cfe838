import fc from 'fast-check'
import type { Bytes } from '#shared/bytes.ts'

type Change = {
  readonly kind: 'set' | 'cut' | 'repeat'
  readonly at: number
  readonly value: number
  readonly length: number
}

/** A few changes to a message: octets replaced, a stretch cut out, a stretch repeated. */
export const anyChanges = fc.array(
  fc.record({
    kind: fc.constantFrom('set', 'cut', 'repeat'),
    at: fc.nat(),
    value: fc.nat(255),
    length: fc.nat(40),
  }),
  { minLength: 1, maxLength: 4 },
)

/** The bytes with the changes made to them, one after the other. */
export function changed(bytes: Bytes, changes: readonly Change[]): Bytes {
  let result = Array.from(bytes)
  for (const { kind, at, value, length } of changes) {
    const index = at % result.length
    if (kind === 'set') result[index] = value
    else if (kind === 'cut') result.splice(index, length)
    else result = result.toSpliced(index, 0, ...result.slice(index, index + length))
  }
  return Uint8Array.from(result)
}
