import type { Budget } from '../../budget.ts'
import type { Certificate } from '../certificate.ts'
import { isSignedBy } from '../issuer.ts'
import { sameName } from '../name.ts'
import { findWeakAlgorithm } from '../strength.ts'

/** Whether this authority itself issued the certificate, soundly, and it is in force and understood. */
export async function isCertifiedBy(
  certificate: Certificate,
  authority: Certificate,
  at: Date,
  signatureChecks: Budget,
): Promise<boolean> {
  const { issuerName, notBefore, notAfter, unknownCritical, signatureAlgorithm } = certificate
  const isInForce = notBefore <= at && at <= notAfter && unknownCritical.length === 0
  if (!isInForce || findWeakAlgorithm(signatureAlgorithm) !== null) return false
  if (!sameName(issuerName, authority.subjectName)) return false
  return signatureChecks.spend() && (await isSignedBy([certificate], authority))
}
