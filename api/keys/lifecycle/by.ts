import type { AuditEntry } from '../audit/entry.ts'
import type { UserRow } from '../../storage/schema.ts'

/** Who acts for others: an administrator, or somebody at the machine itself. */
export type By = {
  /** The administrator's id. */
  readonly userId: string | null
  readonly sessionId: string | null
  /** As the audit names them beside whom it concerns: `administrator carol`, or a name of the operating system. */
  readonly actor: string
  /** Who is at the machine, where it is done there. */
  readonly operator: string | null
}

/** Where an administrator acts: in one of their sessions, or at the machine beside its operator. */
export type Place = { readonly sessionId: string } | { readonly operator: string }

export function byAdministrator({ id: userId, username }: UserRow, from: Place): By {
  return { userId, actor: `administrator ${username}`, sessionId: null, operator: null, ...from }
}

/** @param operator their name in the operating system */
export function byOperator(operator: string): By {
  return { userId: null, sessionId: null, actor: operator, operator }
}

/** On whose record it stands that they did something, beside what they did it to. */
export function onOwnRecord({
  userId,
  sessionId,
  operator,
}: By): Pick<AuditEntry, 'userId' | 'sessionId' | 'actor'> {
  return { userId, sessionId, actor: operator }
}
