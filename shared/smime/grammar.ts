import type { Bytes } from '../bytes.ts'
import { declaredName, decodedBody, type Entity } from '../mime/parse.ts'
import { findCms } from './armour.ts'

/**
 * What the root of an entity is, before anything was verified (RFC 8551 §3.4, §3.5):
 * - `plain`: no S/MIME layer;
 * - `cms`: a CMS object in place of the body, `null` where the body is none, and what it claims to be;
 * - `signed`: multipart/signed. `content` is the first part as it came; `signature` the CMS object, `null`
 *   where the second part is none;
 * - `malformed-signed`: multipart/signed that is ours, but has not exactly two parts.
 */
export type Root =
  | { readonly kind: 'plain' }
  | { readonly kind: 'cms'; readonly object: Bytes | null; readonly claims: 'signed' | 'encrypted' }
  | { readonly kind: 'signed'; readonly content: Entity; readonly signature: Bytes | null }
  | { readonly kind: 'malformed-signed' }

const PKCS7_MIME = [
  'application/pkcs7-mime',
  'application/x-pkcs7-mime',
  'application/pkcs7',
  'application/x-pkcs7-certificates',
  'application/cms', // RFC 7193
]
const PKCS7_SIGNATURE = ['application/pkcs7-signature', 'application/x-pkcs7-signature']
const UNNAMED = ['application/octet-stream', 'text/plain'] // what a careless system makes of them

/**
 * The S/MIME layer at the root of an entity. Whatever lies below another part is none.
 * @param decode decodes a body that is a CMS object or nothing
 */
export function rootOf(entity: Entity, decode: (entity: Entity) => Bytes = decodedBody): Root {
  const { value } = entity.contentType
  if (value === 'multipart/signed') return signedRoot(entity)
  if (entity.parts.length > 0) return { kind: 'plain' }
  if (PKCS7_MIME.includes(value) || PKCS7_SIGNATURE.includes(value)) {
    return { kind: 'cms', object: findCms(decode(entity)), claims: claimOf(entity) }
  }
  const object = isUnnamedCms(entity) ? findCms(decodedBody(entity)) : null
  return object === null ? { kind: 'plain' } : { kind: 'cms', object, claims: claimOf(entity) }
}

function claimOf(entity: Entity): 'signed' | 'encrypted' {
  const type = entity.contentType.parameters.get('smime-type')?.toLowerCase() ?? ''
  const signed = type === 'signed-data' || type === 'certs-only'
  return signed || PKCS7_SIGNATURE.includes(entity.contentType.value) ? 'signed' : 'encrypted'
}

/** RFC 1847 §2.1. Another protocol (OpenPGP) is no layer of ours; a missing or odd one is told by the part. */
function signedRoot(entity: Entity): Root {
  const protocol = entity.contentType.parameters.get('protocol')?.trim().toLowerCase() ?? ''
  const [content, signature, ...more] = entity.parts
  const ours = PKCS7_SIGNATURE.includes(protocol) || isSignaturePart(signature)
  if (!ours || protocol === 'application/pgp-signature') return { kind: 'plain' }
  if (content === undefined || signature === undefined || more.length > 0) {
    return { kind: 'malformed-signed' }
  }
  return { kind: 'signed', content, signature: findCms(decodedBody(signature)) }
}

function isSignaturePart(entity: Entity | undefined): boolean {
  if (entity === undefined) return false
  const { value } = entity.contentType
  return PKCS7_SIGNATURE.includes(value) || isUnnamedCms(entity)
}

/** An S/MIME object under a type that says nothing, told by its name. */
function isUnnamedCms(entity: Entity): boolean {
  const named = /\.p7[mscz]$/i.test(declaredName(entity) ?? '')
  return named && UNNAMED.includes(entity.contentType.value)
}

/** Whether a leaf below another part is an S/MIME object of its own: it is listed, never opened by itself. */
export function isCmsLeaf(entity: Entity): boolean {
  const { value } = entity.contentType
  if (PKCS7_MIME.includes(value)) return true
  return isUnnamedCms(entity) && !/\.p7s$/i.test(declaredName(entity) ?? '')
}
