import { type Change, changeAnswer, outcomeAnswer } from '#shared/contract/admin/changes.ts'
import type { Role } from '#shared/contract/session.ts'
import type { KeyClient } from './key-client.ts'
import type { KeyCompany, Person } from './key-company.ts'

/** Somebody with this role, and a session of theirs. */
export type Official = { readonly person: Person; readonly client: KeyClient }

export async function hireOfficial(
  company: KeyCompany,
  username: string,
  role: Role = 'admin',
): Promise<Official> {
  const person = await company.hire(username)
  const users = company.records.db.updateTable('users').set({ roles: role })
  await users.where('id', '=', person.user.id).execute()
  return { person, client: await company.signedIn(person) }
}

/** The change that now waits for what was asked. */
export async function proposed(answer: Response): Promise<Change> {
  const outcome = outcomeAnswer.parse(await answer.json())
  if (outcome.state === 'proposed') return outcome.change
  throw new Error('It was done at once.')
}

/** Confirms with a fresh code; a code is good once, so a minute passes. */
export async function confirm(
  company: KeyCompany,
  { person, client }: Official,
  id: string,
): Promise<Response> {
  company.clock.pass(60)
  const proof = { kind: 'totp', code: await company.codeOf(person) }
  return client.post(`/admin/changes/${id}/confirmation`, { proof })
}

export async function changeOf(answer: Response): Promise<Change> {
  return changeAnswer.parse(await answer.json()).change
}
