import { type Bytes, concat, utf8 } from '#shared/bytes.ts'

/** What an authenticator writes, as far as it is used here. A map keeps its order. */
export type Cbor = number | string | Bytes | ReadonlyMap<number | string, Cbor>

/** The CBOR encoding (RFC 8949 §3). */
export function encodeCbor(value: Cbor): Bytes {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (value instanceof Uint8Array) return concat(head(2, value.length), value)
  if (typeof value === 'string') return concat(head(3, utf8(value).length), utf8(value))
  const members = [...value].flatMap(([key, inner]) => [encodeCbor(key), encodeCbor(inner)])
  return concat(head(5, value.size), ...members)
}

function head(major: number, argument: number): Bytes {
  const type = major << 5
  if (argument < 24) return Uint8Array.of(type | argument)
  if (argument < 0x100) return Uint8Array.of(type | 24, argument)
  return Uint8Array.of(type | 25, argument >> 8, argument & 0xff)
}
