import type { Certificate } from '../x509/certificate.ts'
import { buildChain, type ChainResult } from '../x509/chain.ts'
import type { Check } from '../x509/check.ts'
import type { Path } from '../x509/issuer.ts'
import { judgePath } from '../x509/judge-path.ts'
import {
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

/** Builds the chain of one signer and asks whether any of it was revoked. */
export async function judgeTrust(
  signer: { readonly certificate: Certificate; readonly signingTime: Date | null },
  candidates: readonly Certificate[],
  reader: BoundedReader,
): Promise<SignerTrust> {
  const { anchors, at, signatureChecks } = reader
  const question = { leaf: signer.certificate, candidates, anchors, at, purpose: 'sign' } as const
  const result = await buildChain(question, signatureChecks)
  const { chain } = result
  const statuses = isWorthAsking(result) ? await askRevocation(chain, candidates, reader) : []
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

async function askRevocation(
  chain: Path,
  candidates: readonly Certificate[],
  { at, revocation, signatureChecks }: BoundedReader,
): Promise<RevocationStatus[]> {
  const evidence = chain.length === 1 ? [] : ((await revocation?.(chain)) ?? [])
  return judgeRevocation({ chain, evidence, candidates, at }, signatureChecks)
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
