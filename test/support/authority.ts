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
import type { SignatureAlgorithm } from '#shared/x509/signature-algorithm.ts'

/** A key in memory with its certificate: a person of the tests' PKIs, or an authority. */
export type Member = { readonly certificate: Certificate; readonly keys: CryptoKeyPair }

/** What to certify; whatever is left out is as for an honest person (or CA) of today. */
export type MemberFields = {
  readonly name: string
  readonly issuer?: Member
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly keys?: CryptoKeyPair
  /** Of the signature; SHA-256 if not said otherwise. */
  readonly digest?: 'sha-1' | 'sha-256'
  readonly extensions?: Partial<ExtensionFields>
}

export const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4'
export const CA: Partial<ExtensionFields> = {
  ca: { pathLength: null },
  keyUsage: ['keyCertSign', 'cRLSign'],
  extendedKeyUsage: [],
  addresses: [],
}

const YEAR = 365 * 86_400_000

/** Makes a P-256 key and a certificate for it, signed by the issuer or, without one, by itself. */
export async function certify(fields: MemberFields): Promise<Member> {
  const digest = fields.digest ?? 'sha-256'
  const algorithm: SignatureAlgorithm = { kind: 'ecdsa', digest }
  const keys = fields.keys ?? (await newKeys())
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey))
  const subject = encodeName({ commonName: fields.name, organization: 'Example', country: 'DE' })
  const issuer = fields.issuer?.certificate
  const tbs = buildTbsCertificate({
    serial: crypto.getRandomValues(new Uint8Array(16)),
    issuer: issuer?.subjectDer ?? subject,
    subject,
    notBefore: fields.notBefore ?? new Date(Date.now() - YEAR),
    notAfter: fields.notAfter ?? new Date(Date.now() + YEAR),
    spki,
    signatureAlgorithm: algorithm,
    extensions: {
      ca: null,
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: [EMAIL_PROTECTION],
      addresses: [`${fields.name}@example.com`],
      subjectKeyId: await keyIdOf(spki),
      authorityKeyId: await keyIdOf(issuer?.spki ?? spki),
      ...fields.extensions,
    },
  })
  const signature = await signEcdsa((fields.issuer?.keys ?? keys).privateKey, digest, tbs)
  return { certificate: parseCertificate(assembleCertificate(tbs, algorithm, signature)), keys }
}

export async function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
}

/** An ECDSA signature as X.509 carries it. */
export async function signEcdsa(key: CryptoKey, digest: string, data: Bytes): Promise<Bytes> {
  const algorithm = { name: 'ECDSA', hash: digest }
  return encodeEcdsa(new Uint8Array(await crypto.subtle.sign(algorithm, key, data)))
}
