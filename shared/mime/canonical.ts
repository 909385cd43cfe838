import type { Bytes } from '../bytes.ts'

const CR = 13
const LF = 10

/**
 * The canonical form of text that is signed (RFC 8551 §3.1.1): every line ends with CRLF. A lone LF, as
 * stored by many systems, becomes CRLF; a lone CR stays. The same array comes back where nothing changes.
 */
export function canonicalLines(bytes: Bytes): Bytes {
  const bare = countBareLineFeeds(bytes)
  if (bare === 0) return bytes
  const out = new Uint8Array(bytes.length + bare)
  let length = 0
  let from = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (at > 0 && bytes[at - 1] === CR) continue
    out.set(bytes.subarray(from, at), length)
    length += at - from
    out[length++] = CR
    from = at
  }
  out.set(bytes.subarray(from), length)
  return out
}

function countBareLineFeeds(bytes: Bytes): number {
  let count = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (at === 0 || bytes[at - 1] !== CR) count++
  }
  return count
}
