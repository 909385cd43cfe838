/**
 * From a certificate to an anchor (RFC 5280 §6; revocation is asked for elsewhere).
 * Every certificate named as an anchor is one, self-signed or not; without anchors nobody is trusted.
 */
import { Budget } from '../budget.ts'
import { sameBytes } from '../bytes.ts'
import type { Certificate } from './certificate.ts'
import type { Check } from './check.ts'
import { isSignedBy, lastOf, mayHaveIssued, type Path } from './issuer.ts'
import { type ChainFault, judgePath, type MailPurpose } from './judge-path.ts'
import { MAX_SIGNATURE_CHECKS } from './verify-signature.ts'

/** `chain` starts with the leaf; where no anchor was found, it goes as far as it could be followed. */
export type ChainResult = { readonly chain: Path; readonly checks: readonly Check[] } & (
  { readonly ok: true } | { readonly ok: false; readonly reason: ChainFault }
)

/** A certificate, and what it is to be judged by. */
export type ChainQuestion = {
  readonly leaf: Certificate
  /** Certificates that may lie between, trusted for nothing. */
  readonly candidates: readonly Certificate[]
  readonly anchors: readonly Certificate[]
  /** The time to judge at. */
  readonly at: Date
  readonly purpose: MailPurpose
}

const MAX_CANDIDATES = 100 // as many as one message may carry
const MAX_DEPTH = 10 // honest chains have up to five certificates

/**
 * The first path to an anchor with which nothing is wrong, or else the first path and what is wrong with it.
 * @param signatureChecks where the search has to end: a maze of cross certificates has no end of its own
 * @throws nothing of its own: a chain that cannot be built is an outcome
 */
export async function buildChain(
  question: ChainQuestion,
  signatureChecks = new Budget(MAX_SIGNATURE_CHECKS),
): Promise<ChainResult> {
  const { paths, longest } = await findPaths(question, signatureChecks)
  const judged = paths.map((path) => judgePath(path, question.at, question.purpose))
  const best = judged.find(({ ok }) => ok) ?? judged[0]
  if (best !== undefined) return best
  const detail = lastOf(longest).issuer
  const checks = [{ name: 'issuer', ok: false, detail }]
  return { ok: false, reason: 'unknown-issuer', chain: longest, checks }
}

type Found = { readonly paths: readonly Path[]; readonly longest: Path }

/** All paths within the bounds, shorter ones first. */
async function findPaths(
  { leaf, candidates, anchors }: ChainQuestion,
  signatureChecks: Budget,
): Promise<Found> {
  const issuers = [...anchors, ...candidates.slice(0, MAX_CANDIDATES)]
  const paths: Path[] = []
  let longest: Path = [leaf]
  const open: Path[] = [longest]
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    longest = path
    if (isAmong(lastOf(path), anchors)) {
      paths.push(path)
      continue
    }
    if (path.length === MAX_DEPTH) continue
    for (const issuer of issuers) {
      if (isAmong(issuer, path)) continue
      if (!mayHaveIssued(path, issuer, isAmong(issuer, anchors))) continue
      if (!signatureChecks.spend()) return { paths, longest }
      if (await isSignedBy(path, issuer)) open.push([...path, issuer])
    }
  }
  return { paths, longest }
}

function isAmong(certificate: Certificate, others: readonly Certificate[]): boolean {
  return others.some(({ der }) => sameBytes(der, certificate.der))
}
