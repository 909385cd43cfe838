import { createPublicKey, type KeyObject } from 'node:crypto'
import { parseBase64url } from '#shared/base64.ts'
import { encodeSigningCertificate } from '#shared/cms/signing-certificate.ts'
import type { Bytes } from '#shared/bytes.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import { findWeakKey } from '#shared/x509/strength.ts'
import { listChainTexts } from '../../storage/certificates.ts'
import type { Db } from '../../storage/schema.ts'

/** What signatures of a key are made and checked with, prepared once for each certificate. */
export type Signer = {
  /** DER SigningCertificateV2 (RFC 5035 §3): the certificate as it is named under its signatures. */
  readonly signingCertificate: Bytes
  /** Null for a key that is too weak for any signature to hold. */
  readonly publicKey: KeyObject | null
  /** Each DER as base64url, the signer's certificate first. */
  readonly chain: readonly string[]
}

const KEPT = 1000 // signers, of some kilobytes each: those who sign in the same hour

/** By certificate: a key may be given another one. */
const prepared = new Map<string, Promise<Omit<Signer, 'chain'>>>()

/** @throws TypeError when the key has no certificate */
export async function getSigner(db: Db, keyId: string): Promise<Signer> {
  const chain = await listChainTexts(db, keyId)
  const [own] = chain
  if (own === undefined) throw new TypeError('a key without a certificate')
  const known = prepared.get(own) ?? prepare(own)
  prepared.delete(own)
  prepared.set(own, known) // used last
  const [oldest] = prepared.keys()
  if (prepared.size > KEPT && oldest !== undefined) prepared.delete(oldest)
  return { ...(await known), chain }
}

async function prepare(der: string): Promise<Omit<Signer, 'chain'>> {
  const certificate = parseCertificate(parseBase64url(der))
  const spki = { key: Buffer.from(certificate.spki), format: 'der', type: 'spki' } as const
  return {
    signingCertificate: await encodeSigningCertificate(certificate),
    publicKey: findWeakKey(certificate.publicKey) === null ? createPublicKey(spki) : null,
  }
}
