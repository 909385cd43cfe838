/**
 * Certificate policies along a path (RFC 5280 §6.1), for a reader who accepts any policy: a path fails only where a CA
 * demands that some policy hold, and none does. Of the RFC's tree only the lowest row is kept, as a set: what hangs
 * from it depends on nothing above, and a set cannot grow beyond what the certificates name (CVE-2023-0464).
 */
import { isSelfIssued, type Path } from './issuer.ts'
import type { PolicyRules } from './policies.ts'

const ANY_POLICY = '2.5.29.32.0'

/** Certificates still to come until something begins to hold; 0: it does. */
type Countdown = {
  readonly explicit: number
  readonly noMapping: number
  readonly noAny: number
}

/** Whether the policies of a path hold; its anchor, the last, has no say in them (§6.1.1 d). */
export function policiesHold(path: Path): boolean {
  const certificates = path.slice(0, -1).toReversed()
  const never = certificates.length + 1
  let countdown: Countdown = { explicit: never, noMapping: never, noAny: never }
  let expected: ReadonlySet<string> = new Set([ANY_POLICY])
  for (const [index, certificate] of certificates.entries()) {
    const isLast = index === certificates.length - 1
    const selfIssued = isSelfIssued(certificate)
    const { policyRules } = certificate
    const anyCounts = countdown.noAny > 0 || (!isLast && selfIssued)
    expected = narrow(expected, policyRules.policies ?? [], anyCounts)
    if (countdown.explicit === 0 && expected.size === 0) return false
    if (isLast) return atEnd(countdown.explicit, policyRules) > 0 || expected.size > 0
    if (policyRules.mappings.flat().includes(ANY_POLICY)) return false
    expected = map(expected, policyRules.mappings, countdown.noMapping > 0)
    countdown = count(selfIssued ? countdown : tick(countdown), policyRules)
  }
  return true
}

/** §6.1.3 d, e: the policies that both the path so far and this certificate stand for. */
function narrow(
  expected: ReadonlySet<string>,
  policies: readonly string[],
  anyCounts: boolean,
): Set<string> {
  const named = policies.filter((policy) => policy !== ANY_POLICY)
  const held = named.filter((policy) => expected.has(policy) || expected.has(ANY_POLICY))
  const kept = anyCounts && policies.includes(ANY_POLICY) ? expected : []
  return new Set([...held, ...kept])
}

/** §6.1.4 b. */
function map(
  expected: ReadonlySet<string>,
  mappings: PolicyRules['mappings'],
  mayMap: boolean,
): Set<string> {
  const mapped = new Set(expected)
  for (const [issuer] of mappings) mapped.delete(issuer)
  if (!mayMap) return mapped
  for (const [issuer, subject] of mappings) {
    if (expected.has(issuer) || expected.has(ANY_POLICY)) mapped.add(subject)
  }
  return mapped
}

/** §6.1.4 h. */
function tick({ explicit, noMapping, noAny }: Countdown): Countdown {
  const less = (left: number): number => Math.max(0, left - 1)
  return { explicit: less(explicit), noMapping: less(noMapping), noAny: less(noAny) }
}

/** §6.1.4 i, j. */
function count(countdown: Countdown, rules: PolicyRules): Countdown {
  return {
    explicit: Math.min(countdown.explicit, rules.requireExplicit ?? Infinity),
    noMapping: Math.min(countdown.noMapping, rules.inhibitMapping ?? Infinity),
    noAny: Math.min(countdown.noAny, rules.inhibitAny ?? Infinity),
  }
}

/** §6.1.5 a, b: what is left of `explicit` at the leaf. */
function atEnd(explicit: number, { requireExplicit }: PolicyRules): number {
  return requireExplicit === 0 ? 0 : Math.max(0, explicit - 1)
}
