import type { Bytes } from '#shared/bytes.ts'
import { signatureAlgorithm } from '#shared/cms/signature-scheme.ts'
import type { KeyAlgorithm, KeyPurpose } from '#shared/contract/keys.ts'
import { encodeName } from '#shared/x509/issue.ts'
import { parsePublicKey } from '#shared/x509/public-key.ts'
import { assembleRequest, buildRequestInfo, type RequestFields } from '#shared/x509/request.ts'
import { encodeRequestMessage } from '#shared/x509/request-message.ts'
import { instant } from '../../clock.ts'
import type { Hsm } from '../../hsm/port.ts'
import { randomId } from '../../random-id.ts'
import { insertKey, listKeys } from '../../storage/keys.ts'
import type { KeyRow, UserRow } from '../../storage/schema.ts'
import { DEFAULT_POLICY } from '../policy/key-policy.ts'
import type { Records } from '../records.ts'
import { issuingAlgorithm, userProfile } from './certificate-profile.ts'
import { recorded } from './recorded.ts'
import { signChecked } from './sign-checked.ts'

type Asker = Records & { readonly hsm: Hsm }

/**
 * What an authority is given. A key that signs asks by itself: PKCS #10 (RFC 2986). A key that only decrypts cannot:
 * its request is a message of CRMF (RFC 4211) that leaves the proof to the authority.
 */
export type CertificateAsk = {
  readonly form: 'pkcs10' | 'crmf'
  readonly der: Bytes
  /** DER SubjectPublicKeyInfo: an authority can also certify the bare key. */
  readonly spki: Bytes
}

/**
 * A key that waits for the certificate of an authority elsewhere: the one of this kind that waits already, else a new
 * one. So a command that was interrupted can simply run again.
 * @throws PosternError `hsm/unavailable`, `audit/unavailable`
 */
export async function createWaitingKey(
  asker: Asker,
  user: UserRow,
  kind: { readonly purpose: KeyPurpose; readonly algorithm: KeyAlgorithm },
): Promise<KeyRow> {
  const present = (await listKeys(asker.db, user.id)).find(
    ({ purpose, algorithm, status }) =>
      purpose === kind.purpose && algorithm === kind.algorithm && status === 'waiting',
  )
  if (present !== undefined) return present
  const key = { id: randomId(), ...kind }
  const entry = { action: 'key-created', operation: randomId() } as const
  return recorded(
    asker.journal,
    { ...entry, userId: user.id, keyId: key.id },
    () => asker.hsm.generateKey({ key }),
    async (tx, _made, now) => {
      const made = {
        userId: user.id,
        status: 'waiting',
        origin: 'made',
        createdAt: instant(now),
      } as const
      const row = { ...key, ...made, ...DEFAULT_POLICY }
      await insertKey(tx, row)
      return row
    },
  )
}

/**
 * A request for a certificate of this key, new or again.
 * @param organization the company, as the certificate should show it
 * @param actor who does it, for the audit
 */
export function requestCertificate(
  asker: Asker,
  of: { readonly key: KeyRow; readonly user: UserRow; readonly organization: string | null },
  actor: string,
): Promise<CertificateAsk> {
  const { key, user, organization } = of
  const entry = { action: 'certificate-requested', operation: randomId(), actor } as const
  return recorded(
    asker.journal,
    { ...entry, userId: user.id, keyId: key.id },
    async () => {
      const { spki } = await asker.hsm.publicKey({ key })
      const named = { commonName: user.name, ...(organization === null ? {} : { organization }) }
      const profile = userProfile(key.purpose, parsePublicKey(spki))
      const extensions = { ...profile, addresses: [user.address] }
      return ask(asker.hsm, key, { subject: encodeName(named), spki, extensions })
    },
    (_tx, made) => Promise.resolve(made),
  )
}

async function ask(hsm: Hsm, key: KeyRow, fields: RequestFields): Promise<CertificateAsk> {
  const { spki } = fields
  if (key.purpose === 'encrypt') return { form: 'crmf', der: encodeRequestMessage(fields), spki }
  const { scheme, digest } = issuingAlgorithm(key.algorithm)
  const info = buildRequestInfo(fields)
  const signature = await signChecked(hsm, { key, spki }, info)
  return {
    form: 'pkcs10',
    der: assembleRequest(info, signatureAlgorithm(scheme, digest), signature),
    spki,
  }
}
