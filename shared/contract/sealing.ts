import { type Bytes, hex, utf8 } from '../bytes.ts'

/** HPKE `info` (RFC 9180 §5.1): names protocol and version, so that no other use can be confused with it. */
export const SEAL_INFO: Bytes = utf8('postern/v1 unwrap')

/**
 * HPKE additional data of a sealed content key. A sealed key moved to another session, key, entry or
 * operation does not open.
 * @param entryDigest SHA-256 of the entry's `encryptedKey`
 */
export function sealingContext(of: {
  session: string
  key: string
  entryDigest: Uint8Array
  operation: string
}): Bytes {
  return utf8([of.session, of.key, hex(of.entryDigest), of.operation].join('\n'))
}
