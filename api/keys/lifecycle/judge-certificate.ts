import type { KeyPurpose } from '#shared/contract/keys.ts'
import { sameAddress } from '#shared/mime/address.ts'
import type { Certificate } from '#shared/x509/certificate.ts'
import { buildChain, type ChainResult } from '#shared/x509/chain.ts'
import type { KeyUse } from '#shared/x509/key-usage.ts'

/** What a certificate has to be fit for. */
export type CertificateQuestion = {
  readonly certificate: Certificate
  /** Those that came with it, trusted for nothing. */
  readonly others: readonly Certificate[]
  readonly anchors: readonly Certificate[]
  readonly purpose: KeyPurpose
  readonly address: string
  readonly at: Date
}

/** `chain` starts with the certificate. `why`: whole sentences. */
export type CertificateJudgement =
  | { readonly fit: true; readonly chain: readonly Certificate[] }
  | { readonly fit: false; readonly chain: readonly Certificate[]; readonly why: string }

/** Whether a key of this purpose may be used under this certificate, from now on, in the user's name. */
export async function judgeCertificate(
  question: CertificateQuestion,
): Promise<CertificateJudgement> {
  const { certificate: leaf, others: candidates, anchors, purpose, at } = question
  const built = await buildChain({ leaf, candidates, anchors, at, purpose })
  const faults = [addressFault(question), usageFault(leaf, purpose), chainFault(built)]
  const why = faults.filter((fault) => fault !== null).join(' ')
  const { chain } = built
  return why === '' ? { fit: true, chain } : { fit: false, chain, why }
}

/** Whether a certificate lets its key sign and decrypt: then raw RSA with it could forge (security.md B). */
export function isDualUse({ keyUsage }: Certificate): boolean {
  if (keyUsage === null) return true
  return SIGNING.some((use) => keyUsage[use]) && DECRYPTING.some((use) => keyUsage[use])
}

/** Whether a certificate, old or foreign as it may be, lets its key do this at all. */
export function servesPurpose({ keyUsage }: Certificate, purpose: KeyPurpose): boolean {
  if (keyUsage === null) return true
  return (purpose === 'sign' ? SIGNING : DECRYPTING).some((use) => keyUsage[use])
}

const SIGNING: readonly KeyUse[] = ['digitalSignature', 'nonRepudiation', 'keyCertSign', 'cRLSign']
const DECRYPTING: readonly KeyUse[] = ['keyEncipherment', 'dataEncipherment', 'keyAgreement']

function addressFault({ certificate: { addresses }, address }: CertificateQuestion): string | null {
  if (addresses.some((one) => sameAddress(one, address))) return null
  const whose = addresses.length === 0 ? 'nobody' : addresses.join(', ')
  return `It is for ${whose}, and not for ${address}.`
}

/** One use for each key: what the key cannot do, nobody must ask of it; what it must not do, nobody may believe. */
function usageFault({ keyUsage, isCa }: Certificate, purpose: KeyPurpose): string | null {
  if (isCa) return 'It is the certificate of an authority.'
  if (keyUsage === null) return 'It does not say what its key is for (key usage).'
  if (purpose === 'sign') {
    if (!keyUsage.digitalSignature) return 'It does not let its key sign (digitalSignature).'
    const wrong = DECRYPTING.filter((use) => keyUsage[use])
    return wrong.length === 0 ? null : `A key that signs does nothing else: ${wrong.join(', ')}.`
  }
  const wrong = SIGNING.filter((use) => keyUsage[use])
  return wrong.length === 0 ? null : `A key that decrypts must sign nothing: ${wrong.join(', ')}.`
}

function chainFault(built: ChainResult): string | null {
  if (built.ok) return null
  const wrong = built.checks.find(({ ok }) => !ok)?.detail ?? ''
  switch (built.reason) {
    case 'unknown-issuer':
      return `The certificate of its issuer "${wrong}" is missing: it is neither in the file nor an anchor of the company.`
    case 'expired':
      return `It has expired, or one above it has (${wrong}).`
    case 'not-yet-valid':
      return `It is not valid yet (${wrong}).`
    case 'not-for-email':
      return `It is not for mail of this kind (${wrong}).`
    case 'weak-algorithm':
      return `It rests on a weak algorithm (${wrong}).`
  }
}
