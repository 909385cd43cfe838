import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import type { OpensslPki } from './openssl-pki.ts'

/** What openssl clear-signed, as text: to be changed as relays and lists change mail. */
export function clearSigned(
  pki: OpensslPki,
  content: string,
  signer = 'alice-sign',
  ...options: readonly string[]
): string {
  const args = ['cms', '-sign', '-signer', `${signer}.pem`, '-inkey', `${signer}.key`, ...options]
  return new TextDecoder().decode(pki.openssl(args, utf8(content)))
}

/** A mail with these fields around such a part. */
export function mailOf(part: string, fields = 'From: alice@example.com\n'): Bytes {
  return concat(utf8(fields), utf8(part))
}
