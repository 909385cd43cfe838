/** Whom a message is encrypted to: RecipientInfos (RFC 5652 §6.2), read. `encrypt-content-key.ts` writes them. */
import { childrenOf, type Cursor, type Element } from '../asn1/reader.ts'
import { context, INTEGER, OCTET_STRING, SEQUENCE, SET } from '../asn1/tags.ts'
import { octetsOf, smallIntegerOf } from '../asn1/values.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { readAlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import {
  type CertificateIdentifier,
  parseIssuerAndSerial,
  readCertificateIdentifier,
} from './certificate-identifier.ts'
import {
  type KeyAgreement,
  type Originator,
  readOriginator,
  toKeyAgreement,
} from './key-agreement.ts'
import { type KeyTransport, toKeyTransport } from './key-transport.ts'

/** One encrypted content key. An entry of key agreement for several keys is read as several of these. */
export type RecipientInfo =
  | {
      readonly kind: 'ktri'
      readonly identifier: CertificateIdentifier
      readonly algorithm: KeyTransport
      readonly encryptedKey: Bytes
    }
  | {
      readonly kind: 'kari'
      readonly identifier: CertificateIdentifier
      readonly algorithm: KeyAgreement
      readonly originator: Originator
      readonly ukm: Bytes | null
      readonly encryptedKey: Bytes
    }
  /** A password, a shared key-encryption key, or a kind of later days: not for certificates. */
  | { readonly kind: 'other'; readonly tag: number }

const MAX_RECIPIENTS = 1000

/**
 * Reads the SET OF RecipientInfo that comes next.
 * @throws PosternError `asn1/*`, `x509/malformed`; `cms/limit` above 1000 encrypted keys
 */
export function readRecipientInfos(cursor: Cursor): RecipientInfo[] {
  const set = childrenOf(cursor.next(SET))
  const recipients: RecipientInfo[] = []
  while (!set.atEnd) {
    recipients.push(...parseRecipientInfo(set.next()))
    if (recipients.length > MAX_RECIPIENTS) {
      throw new PosternError('cms/limit', 'The message has too many recipients.')
    }
  }
  return recipients
}

function parseRecipientInfo(element: Element): RecipientInfo[] {
  switch (element.tag) {
    case SEQUENCE:
      return [parseKeyTransport(childrenOf(element))]
    case context(1):
      return parseKeyAgreement(childrenOf(element))
    default:
      return [{ kind: 'other', tag: element.tag }]
  }
}

function parseKeyTransport(fields: Cursor): RecipientInfo {
  smallIntegerOf(fields.next(INTEGER))
  const identifier = readCertificateIdentifier(fields)
  const algorithm = toKeyTransport(readAlgorithmIdentifier(fields))
  const encryptedKey = octetsOf(fields.next(OCTET_STRING))
  fields.end()
  return { kind: 'ktri', identifier, algorithm, encryptedKey }
}

function parseKeyAgreement(fields: Cursor): RecipientInfo[] {
  smallIntegerOf(fields.next(INTEGER))
  const originator = readOriginator(childrenOf(fields.next(context(0))))
  const ukm = explicitOctets(fields.nextIf(context(1)))
  const algorithm = toKeyAgreement(readAlgorithmIdentifier(fields))
  const keys = fields.sequence().rest(MAX_RECIPIENTS)
  fields.end()
  return keys.map((key) => {
    const entry = childrenOf(key)
    const identifier = readAgreementIdentifier(entry)
    const encryptedKey = octetsOf(entry.next(OCTET_STRING))
    entry.end()
    return { kind: 'kari', identifier, algorithm, originator, ukm, encryptedKey }
  })
}

/** KeyAgreeRecipientIdentifier: like the others, but the key identifier lies in a SEQUENCE with hints. */
function readAgreementIdentifier(entry: Cursor): CertificateIdentifier {
  const hinted = entry.nextIf(context(0))
  if (hinted === null) return parseIssuerAndSerial(entry.next(SEQUENCE))
  const fields = childrenOf(hinted)
  const keyId = octetsOf(fields.next(OCTET_STRING))
  fields.rest(2) // date and other attributes
  return { kind: 'key-id', keyId }
}

function explicitOctets(element: Element | null): Bytes | null {
  if (element === null) return null
  const inside = childrenOf(element)
  const octets = octetsOf(inside.next(OCTET_STRING))
  inside.end()
  return octets
}
