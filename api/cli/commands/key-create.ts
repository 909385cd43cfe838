import { keyAlgorithm, keyPurpose } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { createKey } from '../../keys/lifecycle/keys.ts'
import { createWaitingKey } from '../../keys/lifecycle/request-certificate.ts'
import { openTokenAuthority } from '../../keys/lifecycle/token-authority.ts'
import type { KeyRow, UserRow } from '../../storage/schema.ts'
import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { writeRequest } from './key-request.ts'
import { getUser } from './get-user.ts'

const AUTHORITY_ALGORITHM = 'ec-p384'

export const create = command({
  name: 'create',
  does: 'make a key in the token, with a certificate or a request for one',
  notes: `
With --authority, the company's certificate authority of that name lies in the token as well. The first time it is made,
and becomes an anchor of the company. A user with an active key of this kind keeps that one.

With --request, an authority elsewhere issues the certificate, and the key waits for it: postern key certificate. A key
to sign gets a PKCS #10 request. A key to decrypt cannot sign one; FILE is then its public key, which an authority can
certify as it is (openssl x509 -new -force_pubkey FILE), and FILE.crmf a request message of RFC 4211.`,
  arguments: { username: { does: 'whose' } },
  options: {
    purpose: { does: 'what it is for', choices: keyPurpose.options, required: true },
    algorithm: { does: 'its kind', choices: keyAlgorithm.options, required: true },
    authority: { does: 'common name of the authority in the token', value: 'NAME' },
    request: { does: 'where to write the request to an authority elsewhere', value: 'FILE' },
    organization: { does: 'the company, as certificates show it', value: 'NAME' },
  },
  examples: [
    'postern key create carol --purpose sign --algorithm ec-p256 --authority "Example Mail" --organization Example',
    'postern key create carol --purpose encrypt --algorithm rsa-3072 --authority "Example Mail" --organization Example',
    'postern key create carol --purpose sign --algorithm ec-p256 --request carol.csr --organization Example',
  ],
  async run(context, { username, purpose, algorithm, authority, request, organization }) {
    const user = await getUser((await context.records()).db, username)
    const kind = { purpose, algorithm }
    if (authority !== undefined && request === undefined && organization !== undefined) {
      return certified(context, user, { ...kind, authority, organization })
    }
    if (authority === undefined && request !== undefined) {
      const asker = { ...(await context.records()), hsm: await context.hsm() }
      const key = await createWaitingKey(asker, user, kind)
      return writeRequest(context, { key, user, file: request, organization })
    }
    throw new PosternError(
      'config/invalid',
      'Either --authority NAME --organization NAME, or --request FILE says who issues the certificate.',
    )
  },
})

type Kind = Pick<KeyRow, 'purpose' | 'algorithm'>

async function certified(
  context: Context,
  user: UserRow,
  of: Kind & { readonly authority: string; readonly organization: string },
) {
  const { purpose, algorithm, authority: name, organization } = of
  const maker = { ...(await context.records()), hsm: await context.hsm() }
  const options = { name, organization, algorithm: AUTHORITY_ALGORITHM, backdateDays: 0 } as const
  const authority = await openTokenAuthority(maker, options)
  const key = await createKey({ ...maker, authority }, user, purpose, algorithm)
  const text = `Key ${key.id} of ${user.username} is there, made at ${key.createdAt}.\n`
  return { data: { key: key.id, user: user.username, purpose, algorithm }, text }
}
