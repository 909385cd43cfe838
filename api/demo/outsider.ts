import { randomBytes } from 'node:crypto'
import type { Bytes } from '#shared/bytes.ts'
import { type Certificate, parseCertificate } from '#shared/x509/certificate.ts'
import { encodeEcdsa } from '#shared/x509/ecdsa-signature.ts'
import type { ExtensionFields } from '#shared/x509/encode-extensions.ts'
import {
  assembleCertificate,
  buildTbsCertificate,
  encodeName,
  keyIdOf,
} from '#shared/x509/issue.ts'
import { type Correspondent, type SigningKey, signerOf } from './correspondent.ts'
import { ADDRESSES, type PersonName } from './people.ts'

const EC = { name: 'ECDSA', namedCurve: 'P-256' }
const ALGORITHM = { kind: 'ecdsa', digest: 'sha-256' } as const
const ORGANIZATION = 'Example Controls'
const YEAR = 365 * 24 * 3600 * 1000
const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4' // RFC 5280 §4.2.1.12

type SoftwareKey = { readonly spki: Bytes; readonly sign: (message: Bytes) => Promise<Bytes> }

/**
 * Somebody of another company, with an authority that nobody here trusts. The keys are made in memory for the demo's
 * letters and are gone after them: what is encrypted to this person stays closed.
 */
export async function createOutsider(name: PersonName, now: Date): Promise<Correspondent> {
  const authority = await newKey()
  const root = await certify(authority, authority, null, now, {
    commonName: `${ORGANIZATION} Authority`,
    extensions: { ca: { pathLength: 0 }, keyUsage: ['keyCertSign', 'cRLSign'] },
  })
  const personal = async (key: SoftwareKey, use: 'digitalSignature' | 'keyAgreement') =>
    certify(key, authority, root, now, {
      commonName: ADDRESSES[name].name,
      extensions: {
        keyUsage: [use],
        extendedKeyUsage: [EMAIL_PROTECTION],
        addresses: [ADDRESSES[name].address],
      },
    })
  const signing = await newKey()
  const chain = [await personal(signing, 'digitalSignature'), root] as const
  const key: SigningKey = { chain, digest: 'sha-256', scheme: 'ecdsa', sign: signing.sign }
  return {
    name,
    encryption: await personal(await newKey(), 'keyAgreement'),
    signerAt: (time) => signerOf(key, time),
  }
}

async function newKey(): Promise<SoftwareKey> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(EC, false, ['sign', 'verify'])
  return {
    spki: new Uint8Array(await crypto.subtle.exportKey('spki', publicKey)),
    sign: async (message) => {
      const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, message)
      return encodeEcdsa(new Uint8Array(raw))
    },
  }
}

/** A certificate for `key`, by `authority` under `issuer`; self-signed where that is null. */
async function certify(
  key: SoftwareKey,
  authority: SoftwareKey,
  issuer: Certificate | null,
  now: Date,
  of: { readonly commonName: string; readonly extensions: Partial<ExtensionFields> },
): Promise<Certificate> {
  const subject = encodeName({ commonName: of.commonName, organization: ORGANIZATION })
  const serial = new Uint8Array(randomBytes(16))
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40 // positive, and never shorter
  const tbs = buildTbsCertificate({
    serial,
    issuer: issuer?.subjectDer ?? subject,
    subject,
    notBefore: new Date(now.getTime() - YEAR),
    notAfter: new Date(now.getTime() + YEAR),
    spki: key.spki,
    signatureAlgorithm: ALGORITHM,
    extensions: {
      ca: null,
      keyUsage: [],
      extendedKeyUsage: [],
      addresses: [],
      subjectKeyId: await keyIdOf(key.spki),
      authorityKeyId: await keyIdOf(authority.spki),
      ...of.extensions,
    },
  })
  return parseCertificate(assembleCertificate(tbs, ALGORITHM, await authority.sign(tbs)))
}
