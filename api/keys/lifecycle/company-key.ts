import { parseBase64url } from '#shared/base64.ts'
import type { KeyAlgorithm, KeyPurpose } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import type { Hsm } from '../../hsm/port.ts'
import { listAuthorities } from '../../storage/authorities.ts'
import type { KeyRow, UserRow } from '../../storage/schema.ts'
import type { Records } from '../records.ts'
import { createKey } from './keys.ts'
import { openTokenAuthority } from './token-authority.ts'

/**
 * A key as `createKey`, certified by the company's newest authority.
 * @throws PosternError `policy/denied` where the company has none in its token, and as `createKey`
 */
export async function createCompanyKey(
  maker: Records & { readonly hsm: Hsm },
  user: UserRow,
  purpose: KeyPurpose,
  algorithm: KeyAlgorithm,
  actor: string,
): Promise<KeyRow> {
  const [newest] = await listAuthorities(maker.db)
  if (newest === undefined) {
    const why = 'The company has no authority of its own yet: postern key create makes one.'
    throw new PosternError('policy/denied', why)
  }
  const { name, algorithm: signs, der } = newest
  const organization = organizationOf(parseCertificate(parseBase64url(der)).subject)
  const options = { name, organization, algorithm: signs, backdateDays: 0 }
  const authority = await openTokenAuthority(maker, options)
  return createKey({ ...maker, authority }, user, purpose, algorithm, actor)
}

/** Of a name in the form of RFC 4514. */
function organizationOf(subject: string): string {
  const found = /(?:^|,)O=((?:\\.|[^,\\])*)/.exec(subject)?.[1] ?? ''
  return found.replaceAll(/\\(.)/g, '$1')
}
