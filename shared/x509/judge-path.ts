import type { Certificate } from './certificate.ts'
import type { Check } from './check.ts'
import { isSelfIssued, type Path } from './issuer.ts'
import { policiesHold } from './judge-policies.ts'
import { satisfies } from './name-constraints.ts'
import { findWeakAlgorithm, findWeakKey } from './strength.ts'

/** What the leaf's key is to be used for. */
export type MailPurpose = 'sign' | 'encrypt'

/** Why a certificate is not trusted. Where several hold, the first of this list is given. */
export type ChainFault =
  'unknown-issuer' | 'expired' | 'not-yet-valid' | 'not-for-email' | 'weak-algorithm'

type PathFault = Exclude<ChainFault, 'unknown-issuer'>

/** A path with the outcome of what was asked about it. */
export type JudgedPath = { readonly chain: Path; readonly checks: readonly Check[] } & (
  { readonly ok: true } | { readonly ok: false; readonly reason: PathFault }
)

const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4'
const ANY_USAGE = '2.5.29.37.0'

/** Judges a path whose links are known to hold, the anchor included: time, usage, names, policies, strength. */
export function judgePath(path: Path, at: Date, purpose: MailPurpose): JudgedPath {
  const findings = [
    ...path.map((certificate) => judgeTime(certificate, at)),
    ...path.map(judgeUsage),
    judgeLeafUsage(path[0], purpose),
    ...path.map((issuer, index) => judgeNames(issuer, path.slice(0, index))),
    judgePolicies(path),
    ...path.map((certificate, index) => judgeStrength(certificate, index === path.length - 1)),
  ]
  const checks = findings.map(({ check }) => check)
  const reason = findings.find(({ fault }) => fault !== null)?.fault ?? null
  return reason === null
    ? { ok: true, chain: path, checks }
    : { ok: false, reason, chain: path, checks }
}

type Finding = { readonly check: Check; readonly fault: PathFault | null }

function finding(name: string, detail: string, fault: PathFault | null): Finding {
  return { check: { name, ok: fault === null, detail }, fault }
}

function judgeTime({ subject, notBefore, notAfter }: Certificate, at: Date): Finding {
  const span = `${subject}: ${notBefore.toISOString()} to ${notAfter.toISOString()}`
  const fault = at > notAfter ? 'expired' : at < notBefore ? 'not-yet-valid' : null
  return finding('validity', span, fault)
}

/** Extended usage binds CAs, too; a critical extension that nobody here understands forbids all use. */
function judgeUsage({ subject, extendedKeyUsage, unknownCritical }: Certificate): Finding {
  const allowed =
    extendedKeyUsage === null ||
    extendedKeyUsage.includes(EMAIL_PROTECTION) ||
    extendedKeyUsage.includes(ANY_USAGE)
  const [unknown] = unknownCritical
  const detail =
    unknown === undefined ? subject : `${subject}: unknown critical extension ${unknown}`
  return finding('usage', detail, allowed && unknown === undefined ? null : 'not-for-email')
}

/** RFC 8550 §4.4.2. */
function judgeLeafUsage(
  { subject, keyUsage, publicKey }: Certificate,
  purpose: MailPurpose,
): Finding {
  const agrees = publicKey.kind === 'ec' || publicKey.kind === 'x25519'
  const allowed =
    keyUsage === null ||
    (purpose === 'sign'
      ? keyUsage.digitalSignature || keyUsage.nonRepudiation
      : agrees
        ? keyUsage.keyAgreement && !keyUsage.encipherOnly
        : keyUsage.keyEncipherment)
  return finding('key usage', `${subject}: ${purpose}`, allowed ? null : 'not-for-email')
}

/** Whether all below a CA bear names that it may speak for; its own renewals are exempt (RFC 5280 §6.1.3). */
function judgeNames(issuer: Certificate, below: readonly Certificate[]): Finding {
  const { nameConstraints } = issuer
  const outside =
    nameConstraints === null
      ? undefined
      : below.find(
          (certificate, index) =>
            (index === 0 || !isSelfIssued(certificate)) && !satisfies(nameConstraints, certificate),
        )
  const detail =
    outside === undefined ? issuer.subject : `${issuer.subject}: not for ${outside.subject}`
  return finding('names', detail, outside === undefined ? null : 'not-for-email')
}

function judgePolicies(path: Path): Finding {
  const hold = policiesHold(path)
  const detail = hold
    ? 'as the authorities ask for'
    : 'an authority asks for one that does not hold'
  return finding('policies', detail, hold ? null : 'not-for-email')
}

/** An anchor is trusted by itself, not by its signature. */
function judgeStrength(certificate: Certificate, isAnchor: boolean): Finding {
  const { subject, publicKey, signatureAlgorithm } = certificate
  const weak = findWeakKey(publicKey) ?? (isAnchor ? null : findWeakAlgorithm(signatureAlgorithm))
  return finding(
    'strength',
    `${subject}: ${weak ?? 'sufficient'}`,
    weak === null ? null : 'weak-algorithm',
  )
}
