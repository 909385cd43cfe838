import type { Bytes } from '#shared/bytes.ts'
import { summariseCertificate } from '#shared/smime/summarise.ts'
import type { CertificateSummary } from '#shared/smime/verdict.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'

/** DER certificates in words. Throws `x509/malformed`. */
export function describeCertificates(
  ders: readonly Bytes[],
): Promise<readonly CertificateSummary[]> {
  return Promise.all(ders.map((der) => summariseCertificate(parseCertificate(der))))
}
