import { sameBytes } from '#shared/bytes.ts'
import { keyAlgorithm, type KeyOrigin, type KeyPurpose } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { type Certificate, readableCertificates } from '#shared/x509/certificate.ts'
import type { WrappedKey } from '#shared/pkcs12/wrap.ts'
import { instant } from '../../clock.ts'
import type { Hsm, TokenKey } from '../../hsm/port.ts'
import { randomId } from '../../random-id.ts'
import { listAnchors } from '../../storage/anchors.ts'
import { insertChain, listChain } from '../../storage/certificates.ts'
import { insertKey, listKeys } from '../../storage/keys.ts'
import type { Db, KeyRow, UserRow } from '../../storage/schema.ts'
import { DEFAULT_POLICY } from '../policy/key-policy.ts'
import type { Records } from '../records.ts'
import { isDualUse, judgeCertificate, servesPurpose } from './judge-certificate.ts'
import { recorded } from './recorded.ts'

type Importer = Records & { readonly hsm: Pick<Hsm, 'importPrivateKey'> }

/** A private key, wrapped for the token's import key, with its certificates: its own first. */
export type KeyToImport = WrappedKey & {
  readonly user: UserRow
  readonly purpose: KeyPurpose
  readonly certificates: readonly [Certificate, ...Certificate[]]
}

/**
 * Takes a key in that was made elsewhere, and marks it so for ever. It is off until two administrators switch it on:
 * whoever has the file could else put it into a user's name alone. Then it serves like any other where its certificate
 * is fit for that. Where it is not, a key to decrypt is taken in as a retired one: it opens old mail, and nobody
 * encrypts to it any more.
 * @param actor who does it, for the audit
 * @returns the key, and why it is retired, or null
 * @throws PosternError `certificate/unfit`, `hsm/unsupported`, `request/malformed` when the key is not that of its
 * certificate or was wrapped for another token
 */
export async function importKey(
  importer: Importer,
  of: KeyToImport,
  actor: string,
): Promise<{ readonly key: KeyRow; readonly retired: string | null }> {
  const { user, purpose, certificates } = of
  const [certificate] = certificates
  const anchors = readableCertificates(await listAnchors(importer.db))
  const { address } = user
  const question = { certificate, others: certificates, anchors, purpose, address }
  const judged = await judgeCertificate({ ...question, at: importer.clock() })
  const retired = judged.fit ? null : judged.why
  if (!servesPurpose(certificate, purpose)) throw unfit('Its key is for something else.')
  if (retired !== null && purpose === 'sign') throw unfit(retired)
  await refusePresent(importer.db, user, certificate)
  const token = tokenKeyOf(certificate, purpose)
  const key = await take(importer, { ...of, token, chain: judged.chain, retired }, actor)
  return { key, retired }
}

function unfit(why: string): PosternError {
  return new PosternError('certificate/unfit', why)
}

/** One key has one place in the token. */
async function refusePresent(db: Db, user: UserRow, { spki }: Certificate): Promise<void> {
  for (const { id } of await listKeys(db, user.id)) {
    const [own] = readableCertificates((await listChain(db, id)).slice(0, 1))
    if (own !== undefined && sameBytes(own.spki, spki)) {
      throw unfit(`${user.username} has this key already: ${id}.`)
    }
  }
}

type NewTokenKey = TokenKey & { readonly origin: KeyOrigin }

function tokenKeyOf(certificate: Certificate, purpose: KeyPurpose): NewTokenKey {
  const algorithm = keyAlgorithm.safeParse(certificate.keyKind)
  if (!algorithm.success) {
    throw new PosternError('hsm/unsupported', `No key of kind ${certificate.keyKind} is taken in.`)
  }
  const origin = isDualUse(certificate) ? 'dual-use' : 'imported'
  return { id: randomId(), purpose, algorithm: algorithm.data, origin }
}

function take(
  { journal, hsm }: Importer,
  of: KeyToImport & {
    readonly token: NewTokenKey
    readonly chain: readonly Certificate[]
    readonly retired: string | null
  },
  actor: string,
): Promise<KeyRow> {
  const { user, token: key, wrappedKek, wrappedKey, certificates, chain, retired } = of
  const entry = { action: 'key-imported', operation: randomId(), actor } as const
  const { spki } = certificates[0]
  return recorded(
    journal,
    { ...entry, userId: user.id, keyId: key.id },
    () => hsm.importPrivateKey({ key, wrappedKek, wrappedKey, spki }),
    async (tx, _taken, now) => {
      const status = retired === null ? 'disabled' : 'retired-disabled'
      const row = {
        ...key,
        userId: user.id,
        status,
        createdAt: instant(now),
        ...DEFAULT_POLICY,
      } as const
      await insertKey(tx, row)
      await insertChain(
        tx,
        key.id,
        chain.map(({ der }) => der),
      )
      return row
    },
  )
}
