import { Budget } from '../budget.ts'
import type { SignedData } from '../cms/signed-data.ts'
import type { Certificate } from '../x509/certificate.ts'
import { buildChain, type ChainResult } from '../x509/chain.ts'
import type { Check } from '../x509/check.ts'
import type { Path } from '../x509/issuer.ts'
import { judgePath } from '../x509/judge-path.ts'
import {
  gravest,
  isSpared,
  judgeRevocation,
  type RevocationStatus,
} from '../x509/revocation/judge-revocation.ts'
import type { BoundedReader } from './bounded-reader.ts'
import type { UntrustedReason } from './verdict.ts'

/** Whether the certificate of a signature that holds is to be trusted. */
export type SignerTrust = {
  readonly chain: readonly Certificate[]
  readonly checks: readonly Check[]
  readonly distrust: UntrustedReason | null
  /** Nothing was wrong at the time at which the signer says to have signed: what is, came to be since. */
  readonly goodWhenSigned: boolean
}

/** What a signature brings along to be judged by, or has beside it: trusted for nothing. */
export type Enclosed = Pick<SignedData, 'certificates' | 'revocationInfo'>

// For what was fetched. A budget of its own: else a message could use the common one up, and hide a revocation.
const MAX_REVOCATION_CHECKS = 50

/** Builds the chain of one signer and asks whether any of it was revoked. */
export async function judgeTrust(
  signer: { readonly certificate: Certificate; readonly signingTime: Date | null },
  enclosed: Enclosed,
  reader: BoundedReader,
): Promise<SignerTrust> {
  const { anchors, at, signatureChecks } = reader
  const { certificates: candidates } = enclosed
  const question = { leaf: signer.certificate, candidates, anchors, at, purpose: 'sign' } as const
  const result = await buildChain(question, signatureChecks)
  const { chain } = result
  const statuses = isWorthAsking(result) ? await askRevocation(chain, enclosed, reader) : []
  const isRevoked = statuses.some(({ kind }) => kind === 'revoked')
  return {
    chain,
    checks: [...result.checks, ...statuses.map((status, index) => toCheck(status, chain[index]))],
    distrust: isRevoked ? 'revoked' : result.ok ? null : result.reason,
    goodWhenSigned: isWorthAsking(result) && wasGood(chain, statuses, signer.signingTime, at),
  }
}

/** Where a chain is bad in itself, nobody need learn whose mail is read. A withdrawn key is worse than an expired one. */
function isWorthAsking(result: ChainResult): boolean {
  return result.ok || result.reason === 'expired'
}

/** From what the reader can have, and what the message brought: neither can hide what the other shows. */
async function askRevocation(
  chain: Path,
  { certificates, revocationInfo }: Enclosed,
  { at, revocation, candidates = [], signatureChecks }: BoundedReader,
): Promise<RevocationStatus[]> {
  if (chain.length === 1) return []
  const evidence = (await revocation?.(chain)) ?? []
  const budget = new Budget(MAX_REVOCATION_CHECKS)
  const fetched = await judgeRevocation({ chain, evidence, candidates, at }, budget)
  const brought = await judgeRevocation(
    { chain, evidence: revocationInfo, candidates: certificates, at },
    signatureChecks,
  )
  return fetched.map((status, index) => gravest([status, ...brought.slice(index, index + 1)]))
}

/** The time of signing is the signer's own word: it makes a verdict milder in words, never a better one. */
function wasGood(
  chain: Path,
  statuses: readonly RevocationStatus[],
  signed: Date | null,
  at: Date,
): boolean {
  if (signed === null || signed > at || !judgePath(chain, signed, 'sign').ok) return false
  return statuses.every((status) => status.kind !== 'revoked' || isSpared(status, signed))
}

function toCheck(status: RevocationStatus, certificate: Certificate | undefined): Check {
  const subject = certificate?.subject ?? ''
  const name = 'revocation'
  switch (status.kind) {
    case 'good':
      return {
        name,
        ok: true,
        detail: `${subject}: not revoked as of ${status.asOf.toISOString()}`,
      }
    case 'revoked':
      return {
        name,
        ok: false,
        detail: `${subject}: revoked since ${status.invalidFrom.toISOString()} (${status.reason})`,
      }
    case 'unknown':
      return { name, ok: null, detail: `${subject}: could not be checked (${status.why})` }
  }
}
