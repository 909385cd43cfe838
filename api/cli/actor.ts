import { userInfo } from 'node:os'

/** Who runs this command: their name in the operating system, or `uid 1000` where it knows none. */
export function actorName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}` // a container may run under a number without a name
  }
}
