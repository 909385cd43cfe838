import { childrenOf, type Cursor } from '../asn1/reader.ts'
import { BIT_STRING, context, OID, SEQUENCE } from '../asn1/tags.ts'
import { oidOf, wholeBitStringOf } from '../asn1/values.ts'
import type { Bytes } from '../bytes.ts'
import { isPosternError } from '../errors.ts'
import {
  algorithmIdentifier,
  type AlgorithmIdentifier,
  hasNoParameters,
  readAlgorithmIdentifier,
} from '../x509/algorithm-identifier.ts'
import { type Curve, EC_PUBLIC_KEY, findCurve, X25519 } from '../x509/public-key.ts'
import {
  type AgreementScheme,
  findScheme,
  findWrap,
  SCHEME_OIDS,
  WRAP_OIDS,
  type WrapName,
} from './algorithms.ts'

/** How a content key was wrapped for an EC key (RFC 5753 §3.1). */
export type KeyAgreement =
  | { readonly kind: 'ecdh'; readonly scheme: AgreementScheme; readonly wrap: WrapName }
  | { readonly kind: 'unsupported'; readonly name: string }

/** The sender's side of the agreement (RFC 5652 §6.2.2). */
export type Originator =
  /** `curve: null`: not named, so that the recipient's own is meant (RFC 5753 §3.1.1). */
  | { readonly kind: 'ec'; readonly curve: Curve | null; readonly point: Bytes }
  /** RFC 8418 §3. */
  | { readonly kind: 'x25519'; readonly key: Bytes }
  /** Another kind of key, or a certificate (static-static agreement, which nobody uses for mail). */
  | { readonly kind: 'unsupported'; readonly name: string }

const ORIGINATOR_KEY = context(1)

/** What the keyEncryptionAlgorithm of a KeyAgreeRecipientInfo says: a scheme around a key wrap. */
export function toKeyAgreement(identifier: AlgorithmIdentifier): KeyAgreement {
  const scheme = findScheme(identifier.oid)
  const wrap = findWrapIn(identifier)
  return scheme !== null && wrap !== null
    ? { kind: 'ecdh', scheme, wrap }
    : { kind: 'unsupported', name: identifier.oid }
}

/** DER AlgorithmIdentifier of a scheme around a key wrap. */
export function keyAgreementIdentifier(scheme: AgreementScheme, wrap: WrapName): Bytes {
  return algorithmIdentifier(SCHEME_OIDS[scheme], wrapIdentifier(wrap))
}

/** DER AlgorithmIdentifier of a key wrap; parameters are absent (RFC 3565 §2.3.2). */
export function wrapIdentifier(wrap: WrapName): Bytes {
  return algorithmIdentifier(WRAP_OIDS[wrap])
}

/** Reads the one OriginatorIdentifierOrKey of `cursor`. */
export function readOriginator(cursor: Cursor): Originator {
  if (cursor.peek() !== ORIGINATOR_KEY) {
    cursor.next()
    cursor.end()
    return { kind: 'unsupported', name: 'static key agreement' }
  }
  const fields = childrenOf(cursor.next(ORIGINATOR_KEY))
  cursor.end()
  const algorithm = readAlgorithmIdentifier(fields)
  const point = wholeBitStringOf(fields.next(BIT_STRING))
  fields.end()
  if (algorithm.oid === X25519 && algorithm.parameters === null && point.length === 32) {
    return { kind: 'x25519', key: point }
  }
  if (algorithm.oid !== EC_PUBLIC_KEY) return { kind: 'unsupported', name: algorithm.oid }
  if (hasNoParameters(algorithm)) return { kind: 'ec', curve: null, point }
  const named = algorithm.parameters?.tag === OID ? oidOf(algorithm.parameters) : 'unnamed curve'
  const curve = findCurve(named)
  return curve === null ? { kind: 'unsupported', name: named } : { kind: 'ec', curve, point }
}

/** Only wraps without parameters: the key derivation is bound to their encoding (RFC 5753 §7.2). */
function findWrapIn({ parameters }: AlgorithmIdentifier): WrapName | null {
  if (parameters?.tag !== SEQUENCE) return null
  try {
    const fields = childrenOf(parameters)
    const wrap = findWrap(oidOf(fields.next(OID)))
    return fields.atEnd ? wrap : null
  } catch (error) {
    if (isPosternError(error)) return null
    throw error
  }
}
