import { randomBytes } from 'node:crypto'
import { base64url, parseBase64url } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'
import { signatureAlgorithm } from '#shared/cms/signature-scheme.ts'
import type { KeyAlgorithm } from '#shared/contract/keys.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import {
  assembleCertificate,
  buildTbsCertificate,
  type CertificateFields,
  encodeName,
  keyIdOf,
} from '#shared/x509/issue.ts'
import { parsePublicKey } from '#shared/x509/public-key.ts'
import { instant } from '../../clock.ts'
import type { Hsm, TokenKey } from '../../hsm/port.ts'
import { randomId } from '../../random-id.ts'
import { findAuthority, insertAuthority } from '../../storage/authorities.ts'
import type { AuthorityRow } from '../../storage/schema.ts'
import type { Records } from '../records.ts'
import { addAnchor } from './anchors.ts'
import type { CertificateAuthority, CertificateRequest } from './authority.ts'
import { authorityProfile, issuingAlgorithm, userProfile, validity } from './certificate-profile.ts'
import { recorded } from './recorded.ts'
import { signChecked } from './sign-checked.ts'

type Maker = Records & { readonly hsm: Hsm }

export type AuthorityOptions = {
  /** Common name of the authority, by which it is found again. */
  readonly name: string
  /** The company, in the names of the authority and of its users. */
  readonly organization: string
  readonly algorithm: KeyAlgorithm
  /** How many days before now certificates begin: a demo has mail from before its first day. */
  readonly backdateDays: number
}

/**
 * The company's own certificate authority of that name; its key lies in the token. Made, and trusted as an
 * anchor, when it is not there yet.
 * @throws PosternError `hsm/unavailable`, `audit/unavailable`
 */
export async function openTokenAuthority(
  maker: Maker,
  options: AuthorityOptions,
): Promise<CertificateAuthority> {
  const row = (await findAuthority(maker.db, options.name)) ?? (await makeAuthority(maker, options))
  await addAnchor(maker, parseBase64url(row.der))
  return { issue: (request) => issue(maker, row, options, request) }
}

/** @returns DER, the user's certificate and the authority's own */
async function issue(
  maker: Maker,
  row: AuthorityRow,
  { organization, backdateDays }: AuthorityOptions,
  { spki, subject, address, purpose }: CertificateRequest,
): Promise<Bytes[]> {
  const own = parseCertificate(parseBase64url(row.der))
  const signer = { key: issuingKey(row), spki: own.spki }
  const certificate = await certify(maker.hsm, signer, {
    issuer: own.subjectDer,
    subject: encodeName({ commonName: subject, organization }),
    spki,
    ...validity(maker.clock(), 'user', backdateDays),
    extensions: {
      ...userProfile(purpose, parsePublicKey(spki)),
      addresses: [address],
      subjectKeyId: await keyIdOf(spki),
      authorityKeyId: await keyIdOf(own.spki),
    },
  })
  return [certificate, own.der]
}

function makeAuthority(maker: Maker, options: AuthorityOptions): Promise<AuthorityRow> {
  const { name, algorithm } = options
  const keyId = randomId()
  return recorded(
    maker.journal,
    { action: 'authority-created', operation: randomId(), keyId },
    () => makeSelfSigned(maker, issuingKey({ keyId, algorithm }), options),
    async (tx, der, now) => {
      const row = { name, keyId, algorithm, der: base64url(der), createdAt: instant(now) }
      await insertAuthority(tx, row)
      return row
    },
  )
}

async function makeSelfSigned(
  { hsm, clock }: Maker,
  key: TokenKey,
  { name, organization, backdateDays }: AuthorityOptions,
): Promise<Bytes> {
  const { spki } = await hsm.generateKey({ key })
  const subject = encodeName({ commonName: name, organization })
  const keyId = await keyIdOf(spki)
  return certify(
    hsm,
    { key, spki },
    {
      issuer: subject,
      subject,
      spki,
      ...validity(clock(), 'authority', backdateDays),
      extensions: { ...authorityProfile(), subjectKeyId: keyId, authorityKeyId: keyId },
    },
  )
}

async function certify(
  hsm: Hsm,
  signer: { readonly key: TokenKey; readonly spki: Bytes },
  fields: Omit<CertificateFields, 'serial' | 'signatureAlgorithm'>,
): Promise<Bytes> {
  const { scheme, digest } = issuingAlgorithm(signer.key.algorithm)
  const algorithm = signatureAlgorithm(scheme, digest)
  const serial = new Uint8Array(randomBytes(16)) // RFC 5280 §4.1.2.2: unique, and not to be guessed
  const tbs = buildTbsCertificate({ ...fields, serial, signatureAlgorithm: algorithm })
  return assembleCertificate(tbs, algorithm, await signChecked(hsm, signer, tbs))
}

function issuingKey({ keyId, algorithm }: Pick<AuthorityRow, 'keyId' | 'algorithm'>): TokenKey {
  return { id: keyId, purpose: 'sign', algorithm }
}
