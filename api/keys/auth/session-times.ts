import { instant } from '../../clock.ts'
import type { SessionRow } from '../../storage/schema.ts'

/** How long a session lives without being used, and at most. Seconds. */
export type SessionTimes = { readonly idleSeconds: number; readonly absoluteSeconds: number }

/** Time to find the phone and type a code. */
export const FACTOR_SECONDS = 5 * 60

/** When it ends at the latest: what held when it was opened, or sooner, should less be allowed now. */
export function absoluteExpiry(session: SessionRow, times: SessionTimes): string {
  const now = instant(new Date(session.createdAt), times.absoluteSeconds)
  return now < session.absoluteExpiresAt ? now : session.absoluteExpiresAt
}

export function idleExpiry(session: SessionRow, times: SessionTimes): string {
  const idle = instant(new Date(session.lastSeenAt), times.idleSeconds)
  const absolute = absoluteExpiry(session, times)
  return idle < absolute ? idle : absolute
}

export function isOpen(session: SessionRow, times: SessionTimes, now: Date): boolean {
  return session.endedAt === null && idleExpiry(session, times) > instant(now)
}

/**
 * Whether using the session now is worth a write: only when it moves the expiry by a noticeable part of the
 * idle time. The countdown that the user sees follows what is stored.
 */
export function isWorthTouching(session: SessionRow, times: SessionTimes, now: Date): boolean {
  const seconds = (now.getTime() - Date.parse(session.lastSeenAt)) / 1000
  return seconds >= times.idleSeconds / 60
}
