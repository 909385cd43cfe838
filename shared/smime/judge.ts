import { sameAddress } from '../mime/address.ts'
import type { SignedLayer, SignerFinding } from './signed-layer.ts'
import type { Check } from '../x509/check.ts'
import type { SignatureVerdict, Signer, UntrustedReason } from './verdict.ts'

/** What the message says of itself, for a signature to be measured by. */
export type Claim = {
  /** The one sender's address; null when there is not exactly one. */
  readonly sender: string | null
  /** ISO 8601 in UTC, or null. */
  readonly date: string | null
}

const MAX_DATE_DISTANCE = 60 * 60 * 1000 // one hour in milliseconds: slow relays write no Date, clocks are off by less

/** The verdict on one signed layer. Order of precedence: broken, unchecked, untrusted, wrong-sender, valid. */
export function judgeLayer(layer: SignedLayer, claim: Claim): SignatureVerdict {
  const signers = layer.signers.map((finding) => withClaimChecks(finding, claim))
  const fault = layer.fault ?? firstOf(layer.signers.map((finding) => finding.fault))
  if (fault !== null) return { kind: 'broken', reason: fault, signers }
  const unchecked = firstOf(layer.signers.map((finding) => finding.unchecked))
  if (unchecked !== null) return { kind: 'unchecked', what: unchecked, signers }
  const distrust = firstOf(layer.signers.map((finding) => distrustOf(finding, claim)))
  if (distrust !== null) {
    const goodWhenSigned = layer.signers.every((finding) => wasGoodWhenSigned(finding, claim))
    return { kind: 'untrusted', reason: distrust, goodWhenSigned, signers }
  }
  // Several people may sign one message; one of them has to be its sender.
  if (!layer.signers.some((finding) => isSender(finding.signer, claim))) {
    return { kind: 'wrong-sender', reason: 'address-mismatch', signers }
  }
  return { kind: 'valid', signers }
}

function distrustOf({ signer, distrust }: SignerFinding, claim: Claim): UntrustedReason | null {
  return distrust ?? (isDateNear(signer, claim) === false ? 'date-mismatch' : null)
}

function wasGoodWhenSigned(finding: SignerFinding, claim: Claim): boolean {
  const { distrust, goodWhenSigned, signer } = finding
  return (distrust === null || goodWhenSigned) && isDateNear(signer, claim) !== false
}

/** Null where either date is missing: then it is not judged. */
function isDateNear({ signingTime }: Signer, { date }: Claim): boolean | null {
  if (signingTime === null || date === null) return null
  return Math.abs(Date.parse(signingTime) - Date.parse(date)) <= MAX_DATE_DISTANCE
}

function isSender({ certificate }: Signer, { sender }: Claim): boolean {
  const addresses = certificate?.addresses ?? []
  return sender !== null && addresses.some((address) => sameAddress(address, sender))
}

function withClaimChecks({ signer }: SignerFinding, claim: Claim): Signer {
  const addresses = signer.certificate?.addresses.join(', ') ?? ''
  const checks: Check[] = [
    {
      name: 'date',
      ok: isDateNear(signer, claim),
      detail: `signed ${signer.signingTime ?? 'at no stated time'}, dated ${claim.date ?? 'nowhere'}`,
    },
    {
      name: 'sender',
      ok: isSender(signer, claim),
      detail: `${claim.sender ?? 'no single sender'}; the certificate is for ${addresses || 'no address'}`,
    },
  ]
  return { ...signer, checks: [...signer.checks, ...checks] }
}

function firstOf<T>(values: readonly (T | null)[]): T | null {
  return values.find((value) => value !== null) ?? null
}
