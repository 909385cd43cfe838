import { sequence } from '../../asn1/writer.ts'
import type { Bytes } from '../../bytes.ts'
import type { Certificate } from '../certificate.ts'
import { encodeCertificateId } from './certificate-id.ts'

/**
 * DER OCSPRequest (RFC 6960 §4.1) about one certificate, unsigned and without a nonce: answers are meant to be
 * cached, and what shows them fresh is their time (RFC 5019 §2.1, §4).
 * @param digest SHA-1 is the one that every responder knows; some know SHA-256, too
 */
export async function buildOcspRequest(
  certificate: Certificate,
  issuer: Certificate,
  digest: 'sha-1' | 'sha-256',
): Promise<Bytes> {
  const request = sequence(await encodeCertificateId(certificate, issuer, digest))
  const requestList = sequence(request)
  return sequence(sequence(requestList))
}
