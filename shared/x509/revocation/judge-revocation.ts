import { childrenOf, readWhole } from '../../asn1/reader.ts'
import { ENUMERATED, SEQUENCE } from '../../asn1/tags.ts'
import { Budget } from '../../budget.ts'
import type { Bytes } from '../../bytes.ts'
import { isPosternError } from '../../errors.ts'
import type { Certificate } from '../certificate.ts'
import type { Path } from '../issuer.ts'
import { sameName } from '../name.ts'
import { MAX_SIGNATURE_CHECKS } from '../verify-signature.ts'
import { isCertifiedBy } from './certified-by.ts'
import { crlStatement } from './crl-statement.ts'
import { type Crl, parseCrl } from './crl.ts'
import { type OcspResponse, parseOcspResponse } from './ocsp-response.ts'
import { ocspStatement } from './ocsp-statement.ts'
import { sparesEarlierSignatures } from './reason.ts'
import type { Revoked, Statement, Subject, Window } from './statement.ts'

/** Whether a certificate was revoked, as far as the evidence tells. */
export type RevocationStatus =
  /** Not revoked as of that time. */
  | { readonly kind: 'good'; readonly asOf: Date }
  | Revoked
  /** It could not be checked; `why` is for an expert. */
  | { readonly kind: 'unknown'; readonly why: string }

/** A path, and what may tell that some of it was withdrawn. */
export type RevocationQuestion = {
  /** From the leaf to an anchor, its links known to hold. */
  readonly chain: Path
  /** CRLs and OCSP responses in DER, about these certificates or others, to be trusted for nothing. */
  readonly evidence: readonly Bytes[]
  /** Certificates among which a CA may have one that only signs its CRLs. */
  readonly candidates: readonly Certificate[]
  /** The time to judge at. */
  readonly at: Date
}

const MAX_EVIDENCE = 50 // a CRL and an OCSP response for each of ten certificates, and again
const CLOCK_SKEW = 5 * 60_000 // milliseconds
const DEFAULT_LIFE = 24 * 3_600_000 // milliseconds that a statement counts which does not say how long it does
const MAX_CRL_SIGNERS = 5 // of one CA; two are in use while one takes over from the other

/**
 * Judges each certificate of a chain but the anchor, which is trusted by itself: one status each, in their order.
 * Evidence that a certificate was revoked counts for ever; evidence that it was not, while it is fresh.
 * @throws nothing of its own: bad evidence is none
 */
export async function judgeRevocation(
  { chain, evidence, candidates, at }: RevocationQuestion,
  signatureChecks = new Budget(MAX_SIGNATURE_CHECKS),
): Promise<RevocationStatus[]> {
  const readable = evidence.slice(0, MAX_EVIDENCE).flatMap(parseEvidence)
  const statuses: RevocationStatus[] = []
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1]
    if (issuer === undefined) break
    const above = chain.slice(index + 1)
    const asked = { certificate, issuer, at, signatureChecks }
    const subject = { ...asked, crlSigners: await findCrlSigners(asked, above, candidates) }
    statuses.push(await judgeOne(subject, readable))
  }
  return statuses
}

/** Whether a signature of that time may stand: made before the certificate was revoked, for a harmless reason. */
export function isSpared({ invalidFrom, reason }: Revoked, signed: Date): boolean {
  return signed < invalidFrom && sparesEarlierSignatures(reason)
}

type Evidence = Crl | OcspResponse

/** What cannot be read is left out. An OCSP response begins with its status, a CRL with what is signed. */
function parseEvidence(der: Bytes): Evidence[] {
  try {
    const first = childrenOf(readWhole(der, 'der', SEQUENCE)).peek()
    return [first === ENUMERATED ? parseOcspResponse(der) : parseCrl(der)]
  } catch (error) {
    if (isPosternError(error)) return []
    throw error
  }
}

/** Certificates in the issuer's name with another key, for CRLs, that the issuer or who is above it has signed. */
async function findCrlSigners(
  { issuer, at, signatureChecks }: Omit<Subject, 'crlSigners'>,
  above: readonly Certificate[],
  candidates: readonly Certificate[],
): Promise<Certificate[]> {
  const named = candidates.filter(
    ({ keyUsage, subjectName }) =>
      keyUsage?.cRLSign === true && sameName(subjectName, issuer.subjectName),
  )
  const signers: Certificate[] = []
  for (const candidate of named.slice(0, MAX_CRL_SIGNERS)) {
    for (const authority of above) {
      if (!(await isCertifiedBy(candidate, authority, at, signatureChecks))) continue
      signers.push(candidate)
      break
    }
  }
  return signers
}

async function judgeOne(
  subject: Subject,
  evidence: readonly Evidence[],
): Promise<RevocationStatus> {
  const statuses: RevocationStatus[] = []
  for (const one of evidence) {
    const statement = await (one.kind === 'crl'
      ? crlStatement(one, subject)
      : ocspStatement(one, subject))
    if (statement !== null) statuses.push(weigh(statement, subject))
  }
  return gravest(statuses)
}

/** What counts of all that is known of one certificate: that it was revoked, else that it was not. */
export function gravest(statuses: readonly RevocationStatus[]): RevocationStatus {
  return (
    worstRevocation(statuses) ??
    statuses.find(({ kind }) => kind === 'good') ??
    statuses[0] ?? { kind: 'unknown', why: 'neither CRL nor OCSP answer at hand' }
  )
}

function weigh(statement: Statement, { certificate, at }: Subject): RevocationStatus {
  if (statement.kind === 'nothing') return { kind: 'unknown', why: statement.why }
  const stale = findStaleness(statement, at)
  if (statement.kind === 'revoked') {
    const { kind, at: when, invalidFrom, reason } = statement
    const mayBeLifted = reason === 'certificateHold' ? stale : null
    if (mayBeLifted !== null) return { kind: 'unknown', why: mayBeLifted }
    return { kind, at: when, invalidFrom, reason }
  }
  if (stale !== null) return { kind: 'unknown', why: stale }
  if (certificate.notAfter < statement.thisUpdate) {
    return { kind: 'unknown', why: 'issuers stop listing certificates that have expired' }
  }
  return { kind: 'good', asOf: statement.thisUpdate }
}

function findStaleness({ thisUpdate, nextUpdate }: Window, at: Date): string | null {
  const end = nextUpdate?.getTime() ?? thisUpdate.getTime() + DEFAULT_LIFE
  if (+at < +thisUpdate - CLOCK_SKEW) return `the evidence is of later: ${thisUpdate.toISOString()}`
  if (+at > end + CLOCK_SKEW)
    return `the evidence is out of date since ${new Date(end).toISOString()}`
  return null
}

/** Of several, the one that spares the fewest signatures. */
function worstRevocation(statuses: readonly RevocationStatus[]): Revoked | null {
  const revoked = statuses.filter((status) => status.kind === 'revoked')
  const sparesUntil = ({ reason, invalidFrom }: Revoked): number =>
    sparesEarlierSignatures(reason) ? invalidFrom.getTime() : -Infinity
  return revoked.toSorted((a, b) => sparesUntil(a) - sparesUntil(b))[0] ?? null
}
