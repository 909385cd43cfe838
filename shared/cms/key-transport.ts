import { childrenOf, type Element } from '../asn1/reader.ts'
import { context, OCTET_STRING, SEQUENCE } from '../asn1/tags.ts'
import { octetsOf } from '../asn1/values.ts'
import { contextExplicit, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { isPosternError } from '../errors.ts'
import {
  algorithmIdentifier,
  type AlgorithmIdentifier,
  algorithmIdentifierWithNull,
  hasNoParameters,
} from '../x509/algorithm-identifier.ts'
import { type WebDigest, digestIdentifierWithNull, isWebDigest } from '../x509/digest.ts'
import {
  explicitAlgorithm,
  explicitDigest,
  explicitMgfDigest,
  mgfIdentifier,
} from '../x509/rsa-parameters.ts'

/**
 * How a content key was encrypted to an RSA key. Anything but a perfectly read OAEP stays unsupported: there
 * is no falling back to PKCS#1 v1.5.
 */
export type KeyTransport =
  | { readonly kind: 'rsa-pkcs1' }
  | {
      readonly kind: 'rsa-oaep'
      readonly hash: WebDigest
      readonly mgfHash: WebDigest
    }
  | { readonly kind: 'unsupported'; readonly name: string }

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const RSAES_OAEP = '1.2.840.113549.1.1.7'
const P_SPECIFIED = '1.2.840.113549.1.1.9'

/** What the keyEncryptionAlgorithm of a KeyTransRecipientInfo says. */
export function toKeyTransport(identifier: AlgorithmIdentifier): KeyTransport {
  switch (identifier.oid) {
    case RSA_ENCRYPTION:
      return hasNoParameters(identifier)
        ? { kind: 'rsa-pkcs1' }
        : { kind: 'unsupported', name: 'rsaEncryption with parameters' }
    case RSAES_OAEP:
      return (
        findOaep(identifier.parameters) ?? {
          kind: 'unsupported',
          name: 'RSAES-OAEP with these parameters',
        }
      )
    default:
      return { kind: 'unsupported', name: identifier.oid }
  }
}

/** DER AlgorithmIdentifier. Fields at their default are left out, as DER wants (RFC 4055 §4.1). */
export function keyTransportIdentifier(
  transport: Exclude<KeyTransport, { kind: 'unsupported' }>,
): Bytes {
  if (transport.kind === 'rsa-pkcs1') return algorithmIdentifierWithNull(RSA_ENCRYPTION)
  const fields: Bytes[] = []
  if (transport.hash !== 'sha-1')
    fields.push(contextExplicit(0, digestIdentifierWithNull(transport.hash)))
  if (transport.mgfHash !== 'sha-1')
    fields.push(contextExplicit(1, mgfIdentifier(transport.mgfHash)))
  return algorithmIdentifier(RSAES_OAEP, sequence(...fields))
}

/** RSAES-OAEP-params (RFC 4055 §4.1), which must be there, with SHA-1 for absent fields and an empty label. */
function findOaep(parameters: Element | null): KeyTransport | null {
  if (parameters?.tag !== SEQUENCE) return null
  try {
    const fields = childrenOf(parameters)
    const hash = explicitDigest(fields.nextIf(context(0)))
    const mgfHash = explicitMgfDigest(fields.nextIf(context(1)))
    const label = fields.nextIf(context(2))
    fields.end()
    if (hash === null || mgfHash === null || !isWebDigest(hash) || !isWebDigest(mgfHash))
      return null
    return label === null || isEmptyLabel(label) ? { kind: 'rsa-oaep', hash, mgfHash } : null
  } catch (error) {
    if (isPosternError(error)) return null
    throw error
  }
}

function isEmptyLabel(element: Element): boolean {
  const source = explicitAlgorithm(element)
  const label = source.parameters
  return source.oid === P_SPECIFIED && label?.tag === OCTET_STRING && octetsOf(label).length === 0
}
