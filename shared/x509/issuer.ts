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
 * Whether `issuer` says that it may have issued the last certificate of `path`: its name, CA flag, right to
 * sign certificates and path length (RFC 5280 §6.1.4). An old root without extensions is a CA where it is an anchor.
 */
export function mayHaveIssued(path: Path, issuer: Certificate, isAnchor: boolean): boolean {
  if (!sameName(lastOf(path).issuerName, issuer.subjectName)) return false
  const isCa = issuer.isCa || (isAnchor && issuer.beforeVersion3 && isSelfIssued(issuer))
  if (!isCa || issuer.keyUsage?.keyCertSign === false) return false
  const intermediates = path.slice(1).filter((certificate) => !isSelfIssued(certificate))
  return issuer.pathLength === null || intermediates.length <= issuer.pathLength
}

/** Whether the last certificate of `path` is signed by `issuer`; how strongly, is another question. */
export async function isSignedBy(path: Path, issuer: Certificate): Promise<boolean> {
  const { signatureAlgorithm: algorithm, signature, tbs: data } = lastOf(path)
  return (await checkSignature({ spki: issuer.spki, algorithm, signature, data })) === 'holds'
}

/** The certificate furthest from the leaf. */
export function lastOf(path: Path): Certificate {
  return path.at(-1) ?? path[0]
}
