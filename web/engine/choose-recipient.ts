import type { Bytes } from '#shared/bytes.ts'
import { findCertificateFor } from '#shared/smime/choose-certificate.ts'
import { parseCertificate, readableCertificates } from '#shared/x509/certificate.ts'
import type { ChooseParams } from './protocol.ts'

/**
 * Of the certificates that the directory has for an address the one to encrypt with, DER; null where none of them
 * holds now. One that cannot be read is passed over. Throws `x509/malformed` for an anchor that cannot.
 */
export async function chooseRecipient({
  address,
  chains,
  anchors,
  at,
}: ChooseParams): Promise<Bytes | null> {
  const chosen = await findCertificateFor({
    address,
    found: readableCertificates(chains.flatMap((chain) => chain.slice(0, 1))),
    candidates: readableCertificates(chains.flatMap((chain) => chain.slice(1))),
    anchors: anchors.map(parseCertificate),
    at,
  })
  return chosen?.der ?? null
}
