/** What a reader of mail says that it can read: SMIMECapabilities (RFC 8551 §2.5.2). */
import { childrenOf, type Cursor, read } from '../asn1/reader.ts'
import { BOOLEAN, context, OCTET_STRING, OID } from '../asn1/tags.ts'
import { octetsOf, oidOf } from '../asn1/values.ts'
import { isPosternError } from '../errors.ts'
import type { Certificate } from '../x509/certificate.ts'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import type { ContentAlgorithm } from '../contract/keys.ts'
import { findCipher } from './algorithms.ts'
import { toKeyTransport } from './key-transport.ts'
import type { RsaTransport } from './encrypt-content-key.ts'

/** What somebody’s mail program reads, by its own account (RFC 8551 §2.5.2). */
export type Capabilities = {
  readonly ciphers: ReadonlySet<ContentAlgorithm>
  /** The way to encrypt to the RSA key that was asked for; null where nothing was said. */
  readonly transport: Exclude<RsaTransport, 'rsa-pkcs1'> | null
}

const SMIME_CAPABILITIES = '1.2.840.113549.1.9.15'
const MAX_CAPABILITIES = 200 // whole catalogues of algorithms have 30
const EXTENSIONS = context(3)
const MAX_EXTENSIONS = 100 // as many as a certificate is read with
const FIELDS_OF_CERTIFICATE = 10 // RFC 5280 §4.1

/**
 * Reads SMIMECapabilities, the value of the certificate extension (RFC 4262) and of the signed attribute alike.
 * @throws PosternError `asn1/*`
 */
export function readCapabilities(cursor: Cursor): Capabilities {
  const ciphers = new Set<ContentAlgorithm>()
  let transport: Capabilities['transport'] = null
  for (const element of cursor.sequence().rest(MAX_CAPABILITIES)) {
    const capability = parseAlgorithmIdentifier(element)
    const cipher = findCipher(capability.oid)
    if (cipher !== null) ciphers.add(cipher)
    transport ??= toTransport(capability)
  }
  return { ciphers, transport }
}

/** What the certificate itself says; null where it says nothing, or nothing that can be read. */
export function capabilitiesIn(certificate: Certificate): Capabilities | null {
  try {
    const fields = read(certificate.tbs, 'der').sequence().rest(FIELDS_OF_CERTIFICATE)
    const extensions = fields.find(({ tag }) => tag === EXTENSIONS)
    if (extensions === undefined) return null
    const list = childrenOf(extensions).sequence().rest(MAX_EXTENSIONS).map(childrenOf)
    const found = list.find((extension) => oidOf(extension.next(OID)) === SMIME_CAPABILITIES)
    if (found === undefined) return null
    found.nextIf(BOOLEAN)
    return readCapabilities(read(octetsOf(found.next(OCTET_STRING)), 'der'))
  } catch (error) {
    if (isPosternError(error)) return null
    throw error
  }
}

/** RSAES-OAEP with one digest for both of its uses (RFC 4055 §4); null for anything else. */
function toTransport(capability: AlgorithmIdentifier): Capabilities['transport'] {
  const transport = toKeyTransport(capability)
  if (transport.kind !== 'rsa-oaep' || transport.hash !== transport.mgfHash) return null
  if (transport.hash === 'sha-256') return 'rsa-oaep-sha256'
  return transport.hash === 'sha-1' ? 'rsa-oaep-sha1' : null
}
