import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hsm } from '../hsm/port.ts'
import type { CertificateAuthority } from '../keys/lifecycle/authority.ts'
import { createKey } from '../keys/lifecycle/keys.ts'
import { enrolTotp } from '../keys/lifecycle/factors.ts'
import { createUser, setPassword } from '../keys/lifecycle/users.ts'
import type { Records } from '../keys/records.ts'
import type { FindMailbox } from '../mail/local-mailboxes.ts'
import { newPassword, writeAccount } from './account-file.ts'
import { deliverLetters } from './deliver.ts'
import { type Colleague, COLLEAGUES } from './people.ts'
import { createOutsider } from './outsider.ts'
import { tokenCorrespondent } from './token-correspondent.ts'

export type DemoCompanyNeeds = Records & {
  readonly hsm: Hsm
  readonly authority: CertificateAuthority
  /** Folder for what it takes to sign in as a demo user. */
  readonly folder: string
  /** Folder of the local mailboxes. */
  readonly mail: string
  readonly findMailbox: FindMailbox
}

/** Whether the demo company is there, whole. */
export function demoCompanyIsComplete(folder: string): boolean {
  return existsSync(join(folder, 'complete'))
}

/**
 * Makes the demo company: users with keys in the token, and mail for each. Where an earlier run was interrupted, users
 * and keys are taken as they are, passwords and seeds are set anew, and the mail is written from the start.
 */
export async function createDemoCompany(needs: DemoCompanyNeeds): Promise<void> {
  mkdirSync(needs.folder, { recursive: true, mode: 0o700 })
  for (const { username } of COLLEAGUES) {
    rmSync(join(needs.mail, username), { recursive: true, force: true })
  }
  const outsider = await createOutsider('dave', needs.clock())
  const correspondents = [outsider]
  for (const colleague of COLLEAGUES) correspondents.push(await employ(needs, colleague))
  await deliverLetters(correspondents, needs.findMailbox, needs.clock())
  writeFileSync(join(needs.folder, 'complete'), '', { mode: 0o600, flush: true })
}

async function employ(needs: DemoCompanyNeeds, colleague: Colleague) {
  const { username, name, roles, algorithm } = colleague
  const address = `${username}@example.com`
  const user = await createUser(needs, { username, name, address, roles })
  const password = newPassword()
  await setPassword(needs, user, password)
  const { seed } = await enrolTotp(needs, user)
  writeAccount(needs.folder, { username, password, seed })
  const sign = await createKey(needs, user, 'sign', algorithm)
  const encrypt = await createKey(needs, user, 'encrypt', algorithm)
  return tokenCorrespondent(needs, username, { sign, encrypt })
}
