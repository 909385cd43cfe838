import { type Bytes, hex } from '../bytes.ts'
import type { Certificate } from '../x509/certificate.ts'
import type { CertificateSummary } from './verdict.ts'

/** A certificate as people are shown it. */
export async function summariseCertificate(certificate: Certificate): Promise<CertificateSummary> {
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    serial: hex(certificate.serial),
    addresses: certificate.addresses,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    key: certificate.keyKind,
    fingerprint: hex(await sha256(certificate.der)),
    der: certificate.der.slice(), // not a window on a whole message
  }
}

/** SHA-256 of these bytes. */
export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}
