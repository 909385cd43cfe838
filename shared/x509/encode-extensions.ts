import { OctetString } from 'asn1js'
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
} from 'pkijs'
import { BIT_STRING } from '../asn1/tags.ts'
import { encode, octetString, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { EXTENSION_OIDS } from './extensions.ts'
import { type KeyUse, keyUsageBits } from './key-usage.ts'

/** The extensions that are written; an empty list or null leaves one out. */
export type ExtensionFields = {
  /** A CA, with how many further ones may lie below it (null: no limit). */
  readonly ca: { readonly pathLength: number | null } | null
  readonly keyUsage: readonly KeyUse[]
  /** Object identifiers. */
  readonly extendedKeyUsage: readonly string[]
  /** ASCII mail addresses, as rfc822Name. */
  readonly addresses: readonly string[]
  readonly subjectKeyId: Bytes
  readonly authorityKeyId: Bytes
}

const RFC822_NAME = 1

/** What a certificate is asked for with: whom it is for, and what it allows. */
export type RequestedFields = Pick<ExtensionFields, 'keyUsage' | 'extendedKeyUsage' | 'addresses'>

/** DER Extensions of a request for a certificate: the others are its issuer's to choose. */
export function encodeRequestedExtensions(fields: RequestedFields): Bytes {
  return sequence(...purposeExtensions(fields))
}

/** DER Extensions (RFC 5280 §4.2). */
export function encodeExtensions(fields: ExtensionFields): Bytes {
  const { ca, subjectKeyId, authorityKeyId } = fields
  return sequence(
    extension('basicConstraints', true, basicConstraints(ca)),
    extension('subjectKeyId', false, octetString(subjectKeyId)),
    extension('authorityKeyId', false, authorityKey(authorityKeyId)),
    ...purposeExtensions(fields),
  )
}

function purposeExtensions({ keyUsage, extendedKeyUsage, addresses }: RequestedFields): Bytes[] {
  const list: Bytes[] = []
  if (keyUsage.length > 0) {
    list.push(extension('keyUsage', true, encode(BIT_STRING, keyUsageBits(keyUsage))))
  }
  if (extendedKeyUsage.length > 0) {
    const usages = new ExtKeyUsage({ keyPurposes: [...extendedKeyUsage] })
    list.push(extension('extendedKeyUsage', false, der(usages.toSchema())))
  }
  if (addresses.length > 0) {
    list.push(extension('alternativeNames', false, alternativeNames(addresses)))
  }
  return list
}

function basicConstraints(ca: ExtensionFields['ca']): Bytes {
  if (ca === null) return der(new BasicConstraints().toSchema())
  const limit = ca.pathLength === null ? {} : { pathLenConstraint: ca.pathLength }
  return der(new BasicConstraints({ cA: true, ...limit }).toSchema())
}

function authorityKey(keyId: Bytes): Bytes {
  const keyIdentifier = new OctetString({ valueHex: keyId })
  return der(new AuthorityKeyIdentifier({ keyIdentifier }).toSchema())
}

function alternativeNames(addresses: readonly string[]): Bytes {
  const names = addresses.map((value) => new GeneralName({ type: RFC822_NAME, value }))
  return der(new GeneralNames({ names }).toSchema())
}

function extension(name: keyof typeof EXTENSION_OIDS, critical: boolean, value: Bytes): Bytes {
  const extnID = EXTENSION_OIDS[name]
  return der(new Extension({ extnID, critical, extnValue: value.slice().buffer }).toSchema())
}

function der(schema: { toBER(): ArrayBuffer }): Bytes {
  return new Uint8Array(schema.toBER())
}
