import { keyAlgorithm, keyPurpose } from '#shared/contract/keys.ts'
import { createKey } from '../../keys/lifecycle/keys.ts'
import { openTokenAuthority } from '../../keys/lifecycle/token-authority.ts'
import { command } from '../command.ts'
import { getUser } from './user.ts'

const AUTHORITY_ALGORITHM = 'ec-p384'

export const create = command({
  name: 'create',
  does: 'make a key in the token, with a certificate of the company',
  notes: `
The company's certificate authority of that name lies in the token as well. The first time it is made, and becomes an
anchor of the company. A user with an active key of this kind keeps that one.`,
  arguments: { username: { does: 'whose' } },
  options: {
    purpose: { does: 'what it is for', choices: keyPurpose.options, required: true },
    algorithm: { does: 'its kind', choices: keyAlgorithm.options, required: true },
    authority: { does: 'common name of the authority', value: 'NAME', required: true },
    organization: { does: 'the company, as certificates show it', value: 'NAME', required: true },
  },
  examples: [
    'postern key create carol --purpose sign --algorithm ec-p256 --authority "Example Mail" --organization Example',
    'postern key create carol --purpose encrypt --algorithm rsa-3072 --authority "Example Mail" --organization Example',
  ],
  async run(context, { username, purpose, algorithm, authority: name, organization }) {
    const maker = { ...(await context.records()), hsm: await context.hsm() }
    const user = await getUser(maker.db, username)
    const options = { name, organization, algorithm: AUTHORITY_ALGORITHM, backdateDays: 0 } as const
    const authority = await openTokenAuthority(maker, options)
    const key = await createKey({ ...maker, authority }, user, purpose, algorithm)
    const text = `Key ${key.id} of ${user.username} is there, made at ${key.createdAt}.\n`
    return { data: { key: key.id, user: user.username, purpose, algorithm }, text }
  },
})
