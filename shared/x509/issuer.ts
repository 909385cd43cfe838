import type { Certificate } from './certificate.ts'
import { sameName } from './name.ts'
import { checkSignature } from './verify-signature.ts'

/** A path of certificates, the leaf first; each is signed by the next. */
export type Path = readonly [Certificate, ...Certificate[]]

/** Whether a certificate is issued in its own name, as roots and their renewals are (RFC 5280 §3.2). */
export function isSelfIssued(certificate: Certificate): boolean {
  return sameName(certificate.subjectName, certificate.issuerName)
}

/**
 * Whether `issuer` issued the last certificate of `path` and was allowed to: names, CA flag, certificate
 * signing, path length (RFC 5280 §6.1.4) and the signature itself. How strong that is, is another question.
 */
export async function isIssuedBy(path: Path, issuer: Certificate): Promise<boolean> {
  const certificate = path.at(-1) ?? path[0]
  if (!sameName(certificate.issuerName, issuer.subjectName) || !mayIssue(path, issuer)) return false
  const check = await checkSignature({
    spki: issuer.spki,
    algorithm: certificate.signatureAlgorithm,
    signature: certificate.signature,
    data: certificate.tbs,
  })
  return check === 'holds'
}

function mayIssue(path: Path, issuer: Certificate): boolean {
  if (!issuer.isCa || issuer.keyUsage?.keyCertSign === false) return false
  const intermediates = path.slice(1).filter((certificate) => !isSelfIssued(certificate))
  return issuer.pathLength === null || intermediates.length <= issuer.pathLength
}
