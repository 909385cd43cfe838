import { type Cursor } from '../asn1/reader.ts'
import { INTEGER, OCTET_STRING } from '../asn1/tags.ts'
import { octetsOf, smallIntegerOf } from '../asn1/values.ts'
import { type Bytes, sameBytes } from '../bytes.ts'
import { readAlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import { digestName } from '../x509/digest.ts'
import { derive, PURPOSE } from './derive.ts'
import { unsupported, wrongPassword } from './failure.ts'

const MAC_BYTES = { 'sha-1': 20, 'sha-256': 32 } as const
const WEB_NAMES = { 'sha-1': 'SHA-1', 'sha-256': 'SHA-256' } as const

/**
 * Checks the MacData that comes next (RFC 7292 §4): that the password is right and nobody changed the file.
 * @throws PosternError `pkcs12/wrong-password`, `pkcs12/unsupported`, `asn1/*`
 */
export async function checkMac(fields: Cursor, content: Bytes, password: string): Promise<void> {
  const data = fields.sequence()
  const mac = data.sequence()
  const digest = digestName(readAlgorithmIdentifier(mac).oid)
  const expected = octetsOf(mac.next(OCTET_STRING))
  mac.end()
  const salt = octetsOf(data.next(OCTET_STRING))
  const count = data.nextIf(INTEGER)
  data.end()
  if (digest !== 'sha-1' && digest !== 'sha-256') throw unsupported(`a MAC by ${digest}`)
  const iterations = count === null ? 1 : smallIntegerOf(count)
  const of = { digest, salt, iterations } as const
  const key = await derive(of, password, PURPOSE.mac, MAC_BYTES[digest])
  if (!sameBytes(await hmac(WEB_NAMES[digest], key, content), expected)) throw wrongPassword()
}

async function hmac(hash: string, key: Bytes, data: Bytes): Promise<Bytes> {
  const algorithm = { name: 'HMAC', hash }
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data))
}
