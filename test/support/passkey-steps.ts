import { passkeyChallengeAnswer, passkeyRegistrationAnswer } from '#shared/contract/passkeys.ts'
import type { KeyClient } from './key-client.ts'
import type { KeyCompany, Person } from './key-company.ts'
import { SoftAuthenticator } from './soft-authenticator.ts'

/** A passkey that was begun, for a code that is shown now. */
export async function beginPasskey(company: KeyCompany, client: KeyClient, person: Person) {
  company.clock.pass(60) // a code is good once
  const proof = { kind: 'totp', code: await company.codeOf(person) }
  const answer = await client.post('/session/passkey-registrations', { proof })
  return passkeyRegistrationAnswer.parse(await answer.json())
}

export function addPasskey(client: KeyClient, made: object): Promise<Response> {
  return client.post('/session/factors', { kind: 'passkey', name: 'Phone', ...made })
}

/** Somebody's session, with a passkey that they have enrolled from it. */
export async function signedInWithPasskey(company: KeyCompany, person: Person) {
  const client = await company.signedIn(person)
  const device = new SoftAuthenticator('http://localhost')
  const added = await addPasskey(client, device.create(await beginPasskey(company, client, person)))
  return { client, device, added }
}

export async function challengePasskey(client: KeyClient) {
  const answer = await client.post('/session/passkey-challenges')
  return passkeyChallengeAnswer.parse(await answer.json())
}
