import { Budget } from '../budget.ts'
import { sameAddress } from '../mime/address.ts'
import type { Certificate } from '../x509/certificate.ts'
import { buildChain } from '../x509/chain.ts'
import { MAX_SIGNATURE_CHECKS } from '../x509/verify-signature.ts'

/** Whom to write to, and what is known of their certificates. */
export type CertificateSearch = {
  readonly address: string
  /** Found anywhere, for anything: only those that hold are chosen from. */
  readonly found: readonly Certificate[]
  /** Certificates that may lie between, trusted for nothing. */
  readonly candidates: readonly Certificate[]
  readonly anchors: readonly Certificate[]
  /** The time to judge at. */
  readonly at: Date
}

/**
 * The certificate to encrypt to an address with: one of its own that is trusted, in force and meant for encrypting
 * mail (RFC 8550 §4.4); of several the newest, since people renew their certificates and replace their keys, and
 * keep the old ones to read old mail. Null where there is none.
 */
export async function findCertificateFor(search: CertificateSearch): Promise<Certificate | null> {
  const { address, found, candidates, anchors, at } = search
  const budget = new Budget(MAX_SIGNATURE_CHECKS)
  const own = found
    .filter(({ addresses }) => addresses.some((named) => sameAddress(named, address)))
    .toSorted((a, b) => b.notBefore.getTime() - a.notBefore.getTime())
  for (const leaf of own) {
    const question = { leaf, candidates, anchors, at, purpose: 'encrypt' } as const
    if ((await buildChain(question, budget)).ok) return leaf
  }
  return null
}
