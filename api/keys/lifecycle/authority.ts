import type { Bytes } from '#shared/bytes.ts'
import type { KeyPurpose } from '#shared/contract/keys.ts'

/** What a certificate is asked for. */
export type CertificateRequest = {
  /** DER SubjectPublicKeyInfo of the key, from the token that made it. */
  readonly spki: Bytes
  /** The user's name, as the certificate will show it. */
  readonly subject: string
  /** The one mailbox that it is for (rfc822Name). */
  readonly address: string
  readonly purpose: KeyPurpose
}

/** Who issues certificates. */
export interface CertificateAuthority {
  /** @returns DER, the new certificate first, then those above it up to the anchor */
  issue(request: CertificateRequest): Promise<Bytes[]>
}
