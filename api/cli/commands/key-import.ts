import { keyPurpose, type KeyPurpose } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { type Identity, identitiesOf } from '#shared/pkcs12/identity.ts'
import { readPkcs12 } from '#shared/pkcs12/read.ts'
import { wrapForToken } from '#shared/pkcs12/wrap.ts'
import { askToSwitchOn } from '../../keys/changes/ask.ts'
import { byOperator } from '../../keys/lifecycle/by.ts'
import { importKey } from '../../keys/lifecycle/import-key.ts'
import { isDualUse, servesPurpose } from '../../keys/lifecycle/judge-certificate.ts'
import type { KeyRow, UserRow } from '../../storage/schema.ts'
import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { readGivenFile } from '../given-file.ts'
import { getUser } from './get-user.ts'

export const importFile = command({
  name: 'import',
  does: 'take a key into the token that a user has in a file',
  notes: `
The file is PKCS #12 (.p12, .pfx); its password is asked for. The private key is wrapped for the token's import key, and
only the token unwraps it; it can not come out again. It stays marked as imported: copies of it may be elsewhere. It is
off until two administrators agree.

A key whose certificate is not fit any more is taken in as retired: it opens old mail. A certificate for both uses needs
--purpose; its key then does that one thing here, and to decrypt, it is kept in a class of its own without raw RSA.`,
  arguments: { file: { does: 'the PKCS #12 file' } },
  options: {
    user: { does: 'whose it is', value: 'USERNAME', required: true },
    purpose: { does: 'what it is for; else as its certificate says', choices: keyPurpose.options },
  },
  examples: [
    'postern key import alice.p12 --user alice',
    'postern key import old.pfx --user alice --purpose encrypt < file-with-the-password',
  ],
  async run(context, { file, user: username, purpose }) {
    const user = await getUser((await context.records()).db, username)
    const bytes = readGivenFile(file)
    const password = await context.secret(`Password of ${file}`)
    const found = await identitiesOf(await readPkcs12(bytes, password))
    const taken: Taken[] = []
    for (const identity of found) taken.push(await take(context, user, identity, purpose))
    const keys = taken.map(({ key, retired, change }) => {
      const { id, purpose: serves, algorithm, status, origin } = key
      return {
        key: id,
        user: username,
        purpose: serves,
        algorithm,
        status,
        origin,
        retired,
        change,
      }
    })
    return { data: { keys }, text: taken.map(describe).join('') }
  },
})

type Taken = {
  readonly key: KeyRow
  readonly retired: string | null
  /** The id of the change that waits for two administrators. */
  readonly change: string | null
}

async function take(
  context: Context,
  user: UserRow,
  { privateKey, certificates }: Identity,
  wanted: KeyPurpose | undefined,
): Promise<Taken> {
  const [own, ...others] = certificates
  if (own === undefined) throw new TypeError('an identity without its certificate')
  const purpose = wanted ?? (servesPurpose(own, 'sign') ? 'sign' : 'encrypt')
  if (wanted === undefined && isDualUse(own)) {
    throw new PosternError(
      'config/invalid',
      'The certificate lets its key sign and decrypt; --purpose says which of them it does here.',
    )
  }
  const importer = { ...(await context.records()), hsm: await context.hsm() }
  const { spki } = await importer.hsm.importKey()
  const wrapped = await wrapForToken(spki, privateKey)
  const of = { ...wrapped, user, purpose, certificates: [own, ...others] } as const
  const taken = await importKey(importer, of, context.actor)
  const by = byOperator(context.actor)
  const change = await importer.journal.write((tx, append, now) =>
    askToSwitchOn(tx, append, now, taken.key.id, by),
  )
  return { ...taken, change: change?.id ?? null }
}

function describe({ key, retired, change }: Taken): string {
  const why = retired === null ? '' : ` It is retired, and opens old mail: ${retired}`
  const next = change === null ? '' : `  postern change confirm ${change} --as ADMINISTRATOR\n`
  return `Key ${key.id} (${key.algorithm}, to ${key.purpose}) is in the token, imported.${why}
It is off; to switch it on takes two administrators:
${next}`
}
