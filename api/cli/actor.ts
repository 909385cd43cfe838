import { userInfo } from 'node:os'
import { readSudoUser } from '../config.ts'

/**
 * Who runs this command: the person behind sudo, or this user's name in the operating system, or `uid 1000` where it
 * knows none. Whoever may run it may also write the database, so the name is a note and no proof.
 */
export function actorName(): string {
  const person = readSudoUser()
  if (person !== null) return person
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}` // a container may run under a number without a name
  }
}
