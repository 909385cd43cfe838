import { existsSync } from 'node:fs'
import { PosternError } from '#shared/errors.ts'
import { COLLEAGUES } from '../demo/people.ts'
import { readAccount } from '../demo/account-file.ts'
import { createDemoCompany, demoCompanyIsComplete } from '../demo/company.ts'
import type { Hsm } from '../hsm/port.ts'
import { otpauthUri } from '../keys/auth/one-time-code.ts'
import { openTokenAuthority } from '../keys/lifecycle/token-authority.ts'
import type { Records } from '../keys/records.ts'
import type { FindMailbox } from '../mail/local-mailboxes.ts'
import type { DataFolder, DataPaths } from './data-folder.ts'
import type { Greeted } from './greeting.ts'

const AUTHORITY = {
  name: 'Example Company Mail Authority',
  organization: 'Example Company',
  algorithm: 'ec-p384',
  backdateDays: 90, // the demo's letters reach back seven weeks, and were signed then
} as const

/**
 * Without the demo: nobody is made.
 * @throws PosternError `config/invalid` where a demo company lies: its passwords and seeds lie beside it
 */
export function withoutDemo({ demo }: DataPaths): { firstStart: false; demoUsers: [] } {
  if (!existsSync(demo)) return { firstStart: false, demoUsers: [] }
  const advice = 'Name another folder with POSTERN_DATA.'
  throw new PosternError('config/invalid', `${demo} holds the demo company. ${advice}`)
}

/** Makes the demo company on the first start. Answers its users, and whether this was the first start. */
export async function openDemo(
  of: Records & { hsm: Hsm; folder: DataFolder; findMailbox: FindMailbox },
): Promise<{ firstStart: boolean; demoUsers: Greeted[] }> {
  const { demo, mail } = of.folder
  const firstStart = !demoCompanyIsComplete(demo)
  if (firstStart) {
    const authority = await openTokenAuthority(of, AUTHORITY)
    await createDemoCompany({ ...of, authority, folder: demo, mail })
  }
  const demoUsers = COLLEAGUES.map(({ username }) => {
    const { password, seed } = readAccount(demo, username)
    return { username, password, uri: otpauthUri(seed, username) }
  })
  return { firstStart, demoUsers }
}
