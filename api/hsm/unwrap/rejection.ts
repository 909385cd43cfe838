import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import type { Recipient } from '#shared/contract/keys.ts'

/**
 * What a refused entry's content key is derived from, by an HMAC in the token: key id, length and the
 * whole entry. Asked twice, the answer is the same; asked about another entry, another. The browser
 * cannot tell it from a key that opens nothing (RFC 5246 §7.4.7.1, made deterministic as the key is returned).
 */
export function rejectionInput(keyId: string, recipient: Recipient, keyBytes: number): Bytes {
  const parts = [utf8(keyId), utf8(algorithmOf(recipient)), Uint8Array.of(keyBytes)]
  if (recipient.kind === 'kari') parts.push(recipient.originator, recipient.ukm ?? new Uint8Array())
  return concat(...[...parts, recipient.encryptedKey].map(withLength))
}

function algorithmOf(recipient: Recipient): string {
  if (recipient.kind === 'kari') return `${recipient.scheme} ${recipient.wrap}`
  if (recipient.algorithm === 'rsa-pkcs1') return recipient.algorithm
  return `${recipient.algorithm} ${recipient.oaep.hash} ${recipient.oaep.mgfHash}`
}

/** Each part behind its length, so that no two inputs run into each other. */
function withLength(part: Uint8Array): Bytes {
  return concat(Uint8Array.of(part.length >>> 8, part.length & 0xff), part)
}
