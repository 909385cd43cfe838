import { isPosternError } from '../../errors.ts'
import { sameName } from '../name.ts'
import { verifySignature } from '../verify-signature.ts'
import { findEntry } from './crl-entry.ts'
import { findScopeGap } from './crl-scope.ts'
import type { Crl } from './crl.ts'
import type { Statement, Subject } from './statement.ts'

/**
 * What a CRL says of a certificate (RFC 5280 §6.3.3, for CRLs that the issuer signs in its own name); null where it is
 * another issuer's. Being listed counts whatever the scope; being absent only within it, and never in a delta CRL,
 * which lists changes: it adds revocations to what the complete CRL shows, and takes no hold back (whoever wants to is
 * free not to use deltas, §6.3.1 b; a hold then lasts until the next complete CRL).
 *
 * An indirect CRL is signed by somebody else for the issuer. What it lists under which issuer hangs on an order of
 * entries (§5.3.3), and who signs it would need a path of its own to be judged; no CA for mail is known to publish
 * one. Not to use it is the safe side: it may not show a certificate good, and a revocation in it is not overlooked
 * silently, for the verdict says that it could not be checked, and why.
 */
export async function crlStatement(crl: Crl, subject: Subject): Promise<Statement | null> {
  const { certificate } = subject
  if (!sameName(crl.issuerName, certificate.issuerName)) return null
  const [unknown] = crl.unknownCritical
  if (unknown !== undefined) return nothing(`unknown critical extension ${unknown} of the CRL`)
  if (crl.scope.indirect) return nothing('the CRL is an indirect one, signed for other issuers')
  if (!(await isAuthentic(crl, subject))) return nothing('the signature of the CRL does not hold')
  const { thisUpdate, nextUpdate } = crl
  const listing = readListing(crl, certificate.serial)
  switch (listing.kind) {
    case 'revoked':
      return { ...listing, thisUpdate, nextUpdate }
    case 'unusable':
      return nothing(listing.why)
    case 'absent': {
      const gap = crl.isDelta ? ONLY_CHANGES : findScopeGap(crl.scope, certificate)
      return gap === null ? { kind: 'good', thisUpdate, nextUpdate } : nothing(gap)
    }
  }
}

const ONLY_CHANGES = 'the CRL lists changes only, not who is good'

function nothing(why: string): Statement {
  return { kind: 'nothing', why }
}

function readListing(crl: Crl, serial: Subject['certificate']['serial']) {
  try {
    return findEntry(crl, serial)
  } catch (error) {
    if (!isPosternError(error)) throw error
    return { kind: 'unusable', why: 'an entry of the CRL cannot be read' } as const
  }
}

/** Signed by the issuer's key or another in its name, if that may sign CRLs (RFC 5280 §6.3.3 f, g). */
async function isAuthentic(crl: Crl, { issuer, crlSigners, signatureChecks }: Subject) {
  const { signatureAlgorithm: algorithm, signature, tbs: data } = crl
  for (const { spki, keyUsage } of [issuer, ...crlSigners]) {
    if (keyUsage?.cRLSign === false) continue
    if (!signatureChecks.spend()) return false
    if (await verifySignature({ spki, algorithm, signature, data })) return true
  }
  return false
}
