import type { Bytes } from '#shared/bytes.ts'
import { type Certificate, parseCertificate } from '#shared/x509/certificate.ts'

/** Every certificate of a PEM text (RFC 7468), in order. */
export function certificatesOfPem(pem: string): Certificate[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)
  return Array.from(blocks, ([, body = '']) => parseCertificate(base64Bytes(body)))
}

function base64Bytes(text: string): Bytes {
  return new Uint8Array(Buffer.from(text, 'base64'))
}
