import { writeFileSync } from 'node:fs'
import { PosternError } from '#shared/errors.ts'
import { encodePem } from '#shared/pem.ts'
import { requestCertificate } from '../../keys/lifecycle/request-certificate.ts'
import { findKey } from '../../storage/keys.ts'
import type { KeyRow, UserRow } from '../../storage/schema.ts'
import { findUser } from '../../storage/users.ts'
import { command, type Result } from '../command.ts'
import type { Context } from '../context.ts'

export const request = command({
  name: 'request',
  does: 'write a request for a new certificate of a key that is there',
  notes: 'The forms are those of postern key create --request.',
  arguments: {
    key: { does: "the key's id, as `postern key list` shows it" },
    file: { does: 'where to write it' },
  },
  options: { organization: { does: 'the company, as the certificate shows it', value: 'NAME' } },
  examples: ['postern key request AAECAwQFBgcICQoLDA0ODw renewal.csr --organization Example'],
  async run(context, { key: id, file, organization }) {
    const { db } = await context.records()
    const key = await findKey(db, id)
    const user = key === null ? null : await findUser(db, key.userId)
    if (key === null || user === null) {
      throw new PosternError('key/not-found', `There is no key ${id}.`)
    }
    return writeRequest(context, { key, user, file, organization })
  },
})

/** Asks for the certificate of a key, and writes what an authority is given. */
export async function writeRequest(
  context: Context,
  of: {
    readonly key: KeyRow
    readonly user: UserRow
    readonly file: string
    readonly organization: string | undefined
  },
): Promise<Result> {
  const { key, user, file, organization = null } = of
  const asker = { ...(await context.records()), hsm: await context.hsm() }
  const asked = await requestCertificate(asker, { key, user, organization }, context.actor)
  const files = asked.form === 'pkcs10' ? [file] : [file, `${file}.crmf`]
  if (asked.form === 'pkcs10') {
    writeFileSync(file, encodePem({ label: 'CERTIFICATE REQUEST', der: asked.der }))
  } else {
    writeFileSync(file, encodePem({ label: 'PUBLIC KEY', der: asked.spki }))
    writeFileSync(`${file}.crmf`, asked.der)
  }
  const { purpose, algorithm } = key
  const next = `postern key certificate ${key.id} CERTIFICATE-FILE`
  return {
    data: { key: key.id, user: user.username, purpose, algorithm, form: asked.form, files },
    text: `Key ${key.id} of ${user.username} asks for its certificate in ${files.join(' and ')}.\nThen: ${next}\n`,
  }
}
