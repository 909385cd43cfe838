import type { Expectation } from './cases.ts'
import type { CaseVerdict } from './judge-case.ts'

/** Where a verdict is not what was expected; empty when all of it is. */
export function compare(verdict: CaseVerdict, expect: Expectation): string[] {
  if (verdict.error !== null) return [`error ${verdict.error}`]
  return [
    differs('encryption', verdict.encryption, expect.encryption, expect.encryptionOneOf),
    differs('contentAlgorithm', verdict.contentAlgorithm, expect.contentAlgorithm),
    differs('signature', verdict.signature, expect.signature, expect.signatureOneOf),
    reasonDiffers(verdict, expect),
    signerDiffers(verdict, expect),
    differs('subject', verdict.subject, expect.subject),
    ...textDiffers(verdict, expect),
  ].filter((difference) => difference !== null)
}

function differs(
  field: string,
  actual: string | null,
  expected: string | undefined,
  oneOf: readonly string[] = [],
): string | null {
  if (expected === undefined || actual === expected) return null
  if (actual !== null && oneOf.includes(actual)) return null
  return `${field} ${String(actual)}, expected ${[...new Set([expected, ...oneOf])].join(' or ')}`
}

/** A reason belongs to the preferred verdict; another accepted one may have another reason. */
function reasonDiffers(verdict: CaseVerdict, expect: Expectation): string | null {
  if (verdict.signature !== expect.signature) return null
  return differs('reason', verdict.reason, expect.reason, expect.reasonOneOf)
}

function signerDiffers(verdict: CaseVerdict, expect: Expectation): string | null {
  if (verdict.signature !== expect.signature) return null
  return differs('signer', verdict.signer?.toLowerCase() ?? null, expect.signer?.toLowerCase())
}

function textDiffers(verdict: CaseVerdict, expect: Expectation): (string | null)[] {
  const text = folded(verdict.text ?? '')
  return [
    ...(expect.textIncludes ?? []).map((part) =>
      text.includes(folded(part)) ? null : `text lacks "${part}"`,
    ),
    ...(expect.textExcludes ?? []).map((part) =>
      text.includes(folded(part)) ? `text shows "${part}"` : null,
    ),
    differs('textSha256', verdict.textSha256, expect.textSha256),
  ]
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ')
}
