import { createHash } from 'node:crypto'
import { type Bytes, sameBytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import { type Certificate, readableCertificates } from '#shared/x509/certificate.ts'
import { instant } from '../../clock.ts'
import type { Hsm } from '../../hsm/port.ts'
import { randomId } from '../../random-id.ts'
import { listAnchors } from '../../storage/anchors.ts'
import { listChain, replaceChain } from '../../storage/certificates.ts'
import { changeKeyStatus, findKey } from '../../storage/keys.ts'
import type { KeyRow, UserRow } from '../../storage/schema.ts'
import { findUser } from '../../storage/users.ts'
import type { Records } from '../records.ts'
import { firstStatus } from './first-status.ts'
import { judgeCertificate } from './judge-certificate.ts'

type Installer = Records & { readonly hsm: Pick<Hsm, 'publicKey'> }

/**
 * Gives a key the certificate that an authority issued for it, in any order with those above it. A key that waited
 * for it serves from now on; a renewal keeps the one of before. The same again changes nothing.
 * @param actor who does it, for the audit
 * @returns what stands in the key's row now: DER, the key's own first
 * @throws PosternError `key/not-found`, `key/retired`, `certificate/unfit` with the reasons
 */
export async function installCertificate(
  installer: Installer,
  keyId: string,
  certificates: readonly Certificate[],
  actor: string,
): Promise<{ readonly chain: readonly Certificate[]; readonly changed: boolean }> {
  const { key, user } = await keyAndUser(installer, keyId)
  const { spki } = await installer.hsm.publicKey({ key })
  const certificate = ownCertificate(certificates, spki)
  const judged = await judgeCertificate({
    certificate,
    others: certificates,
    anchors: readableCertificates(await listAnchors(installer.db)),
    purpose: key.purpose,
    address: user.address,
    at: installer.clock(),
  })
  if (!judged.fit) throw unfit(judged.why)
  const changed = await store(installer, key, judged.chain, actor)
  return { chain: judged.chain, changed }
}

async function keyAndUser({ db }: Records, keyId: string): Promise<{ key: KeyRow; user: UserRow }> {
  const key = await findKey(db, keyId)
  const user = key === null ? null : await findUser(db, key.userId)
  if (key === null || user === null) {
    throw new PosternError('key/not-found', `There is no key ${keyId}.`)
  }
  if (key.status === 'retired' || key.status === 'retired-disabled') {
    throw new PosternError('key/retired', 'A retired key gets no certificate.')
  }
  return { key, user }
}

function ownCertificate(certificates: readonly Certificate[], spki: Bytes): Certificate {
  const own = certificates.find((certificate) => sameBytes(certificate.spki, spki))
  if (own !== undefined) return own
  throw unfit('None of these certificates is for this key: their public keys are others.')
}

function unfit(why: string): PosternError {
  return new PosternError('certificate/unfit', why)
}

/** @returns false when the key had this chain before */
function store(
  { journal }: Records,
  key: KeyRow,
  chain: readonly Certificate[],
  actor: string,
): Promise<boolean> {
  const ders = chain.map(({ der }) => der)
  const digest = createHash('sha256')
    .update(ders[0] ?? new Uint8Array())
    .digest('hex')
  return journal.write(async (tx, append, now) => {
    const before = await listChain(tx, key.id)
    const isSame =
      before.length === ders.length && ders.every((der, at) => sameBytes(der, before[at] ?? der))
    if (isSame) return false
    await replaceChain(tx, key.id, ders, instant(now))
    await changeKeyStatus(tx, key.id, 'waiting', await firstStatus(tx, key.userId))
    const about = { actor, userId: key.userId, keyId: key.id, digest }
    const done = { phase: 'event', operation: randomId(), outcome: 'done' } as const
    append({ ...about, ...done, action: 'certificate-installed' })
    return true
  })
}
