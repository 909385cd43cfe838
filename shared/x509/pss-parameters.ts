import { childrenOf, type Element } from '../asn1/reader.ts'
import { context, INTEGER, SEQUENCE } from '../asn1/tags.ts'
import { smallIntegerOf } from '../asn1/values.ts'
import { contextExplicit, integer, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { type DigestName, digestIdentifierWithNull } from './digest.ts'
import { explicitDigest, explicitMgfDigest, mgfIdentifier } from './rsa-parameters.ts'

/** RSASSA-PSS-params (RFC 4055 §3.1): of a signature, or of a key that signs by nothing else. */
export type PssParameters = {
  readonly digest: DigestName
  /** Of MGF1, the only mask generation there is. */
  readonly mgfDigest: DigestName
  /** Octets; in a key the least that a salt may have. */
  readonly saltLength: number
}

/**
 * Parses RSASSA-PSS-params, where every field defaults to SHA-1 and a salt of 20 octets. Null for a digest or a
 * mask generation that is not known to us.
 * @throws PosternError `asn1/malformed`, `x509/malformed`
 */
export function parsePssParameters(parameters: Element | null): PssParameters | null {
  if (parameters?.tag !== SEQUENCE) {
    throw new PosternError('x509/malformed', 'RSASSA-PSS without parameters')
  }
  const fields = childrenOf(parameters)
  const digest = explicitDigest(fields.nextIf(context(0)))
  const mgfDigest = explicitMgfDigest(fields.nextIf(context(1)))
  const saltLength = explicitInteger(fields.nextIf(context(2)), 20)
  const trailer = explicitInteger(fields.nextIf(context(3)), 1)
  fields.end()
  if (trailer !== 1) throw new PosternError('x509/malformed', 'RSASSA-PSS with an odd trailer')
  return digest === null || mgfDigest === null ? null : { digest, mgfDigest, saltLength }
}

/** DER RSASSA-PSS-params. */
export function encodePssParameters({ digest, mgfDigest, saltLength }: PssParameters): Bytes {
  return sequence(
    contextExplicit(0, digestIdentifierWithNull(digest)),
    contextExplicit(1, mgfIdentifier(mgfDigest)),
    contextExplicit(2, integer(saltLength)),
  )
}

/** Whether a signature is made as its key demands: same digests, and no shorter salt (RFC 4055 §3.3). */
export function meetsPssLimits(signature: PssParameters, key: PssParameters): boolean {
  return (
    signature.digest === key.digest &&
    signature.mgfDigest === key.mgfDigest &&
    signature.saltLength >= key.saltLength
  )
}

function explicitInteger(element: Element | null, absent: number): number {
  if (element === null) return absent
  const inside = childrenOf(element)
  const value = smallIntegerOf(inside.next(INTEGER))
  inside.end()
  return value
}
