import { Budget } from '../budget.ts'
import { type Bytes, sameBytes } from '../bytes.ts'
import { isPosternError } from '../errors.ts'
import { sameAlgorithm } from '../x509/algorithm-identifier.ts'
import type { Certificate } from '../x509/certificate.ts'
import type { Check } from '../x509/check.ts'
import { digestName, digestOf, isWeakDigest } from '../x509/digest.ts'
import { signatureName } from '../x509/signature-algorithm.ts'
import { findWeakAlgorithm, findWeakKey } from '../x509/strength.ts'
import {
  checkSignature,
  MAX_SIGNATURE_CHECKS,
  type SignatureCheck,
} from '../x509/verify-signature.ts'
import { CONTENT_TYPE_OIDS } from './algorithms.ts'
import { identifies } from './certificate-identifier.ts'
import { parseSignedAttributes, type SignedAttributes } from './signed-attributes.ts'
import type { SignerInfo } from './signer-info.ts'

/** Why the signature of one signer proves nothing. */
export type SignatureFault =
  | 'structure'
  | 'content-changed'
  | 'changed-in-transit'
  | 'signer-certificate-missing'
  | 'signature-mismatch'

/** What was found out about one signer. */
export type SignerVerdict = {
  readonly digestAlgorithm: string
  readonly signatureAlgorithm: string
  /** What the signer claims. */
  readonly signingTime: Date | null
  readonly checks: readonly Check[]
} & Outcome

type Outcome =
  | {
      readonly kind: 'holds'
      readonly certificate: Certificate
      /** A digest, scheme or key below today's strength, by name: such a signature is not to be trusted. */
      readonly weak: string | null
    }
  | {
      readonly kind: 'broken'
      readonly reason: SignatureFault
      readonly certificate: Certificate | null
    }
  /** Nothing here can tell whether it holds: `what` names the algorithm, or what else was in the way. */
  | {
      readonly kind: 'unchecked'
      readonly what: string
      readonly certificate: Certificate | null
    }

/** One signature and what it is to be verified against. */
export type SignerQuestion = {
  readonly signer: SignerInfo
  /** Of the SignedData: an object identifier. */
  readonly contentType: string
  /** The signed octets: of the SignedData itself, or what lies beside a detached signature. */
  readonly content: Bytes
  /** Among which the signer's is looked for: those of the message, and any others at hand. */
  readonly certificates: readonly Certificate[]
  /** What the content may have been before it travelled; looked at where it is not what was signed. */
  readonly earlier?: Iterable<{ readonly change: string; readonly content: Bytes }>
}

const TOO_MANY = 'more signatures than one message may cost'
const MAX_NAMESAKES = 5 // certificates of one issuer and number, or of one key: renewals make two

/**
 * Verifies one signer's digest and signature; whether the certificate is to be trusted is the chain's
 * question. Signed attributes are required: without them, or over content that is not data, somebody else's
 * attributes could pass for content (draft-ietf-lamps-cms-euf-cma-signeddata).
 * @param signatureChecks above which nothing is checked, and `unchecked` is the answer
 */
export async function verifySignerInfo(
  question: SignerQuestion,
  signatureChecks = new Budget(MAX_SIGNATURE_CHECKS),
): Promise<SignerVerdict> {
  const { signer } = question
  const attributes = findSignedAttributes(signer)
  const checks: Check[] = []
  const outcome = await examine(question, attributes, signatureChecks, checks)
  return {
    digestAlgorithm: digestName(signer.digestIdentifier.oid),
    signatureAlgorithm: signatureName(signer.signatureAlgorithm),
    signingTime: attributes?.signingTime ?? null,
    checks,
    ...outcome,
  }
}

async function examine(
  question: SignerQuestion,
  attributes: SignedAttributes | null,
  signatureChecks: Budget,
  checks: Check[],
): Promise<Outcome> {
  const { signer, certificates } = question
  const named = certificates
    .filter((certificate) => identifies(signer.identifier, certificate))
    .slice(0, MAX_NAMESAKES)
  const certificate = named[0] ?? null
  if (!isStructureSound(question, attributes, checks)) {
    return { kind: 'broken', reason: 'structure', certificate }
  }
  const unchanged = await isUnchanged(question, attributes)
  note(checks, 'content digest', unchanged, digestName(signer.digestIdentifier.oid))
  if (unchanged === null)
    return { kind: 'unchecked', what: digestName(signer.digestIdentifier.oid), certificate }
  if (!unchanged) {
    const change = await findChange(question, attributes, named, signatureChecks)
    if (change === null) return { kind: 'broken', reason: 'content-changed', certificate }
    note(checks, 'changed in transit', false, change)
    return { kind: 'broken', reason: 'changed-in-transit', certificate }
  }
  note(checks, 'signer certificate', named.length > 0, certificate?.subject ?? 'not at hand')
  return findSigner(signer, attributes, named, signatureChecks, checks)
}

/** The change on the way without which the signature would hold, or null: it is no excuse for a false signature. */
async function findChange(
  question: SignerQuestion,
  attributes: SignedAttributes,
  named: readonly Certificate[],
  signatureChecks: Budget,
): Promise<string | null> {
  for (const { change, content } of question.earlier ?? []) {
    if ((await isUnchanged({ ...question, content }, attributes)) !== true) continue
    const { kind } = await findSigner(question.signer, attributes, named, signatureChecks, [])
    return kind === 'holds' ? change : null
  }
  return null
}

/** The certificate that the signature holds with: several may go by one name, as after a faulty renewal. */
async function findSigner(
  signer: SignerInfo,
  attributes: SignedAttributes,
  named: readonly Certificate[],
  signatureChecks: Budget,
  checks: Check[],
): Promise<Outcome> {
  const results: SignatureCheck[] = []
  for (const certificate of named) {
    if (!signatureChecks.spend()) {
      note(checks, 'signature', null, TOO_MANY)
      return { kind: 'unchecked', what: TOO_MANY, certificate }
    }
    const result = await tryCertificate(signer, attributes, certificate)
    if (result === 'holds') {
      note(checks, 'signature', true, signatureName(signer.signatureAlgorithm))
      return { kind: 'holds', certificate, weak: findWeakness(signer, certificate, checks) }
    }
    results.push(result)
  }
  return withoutHold(signer, named, results, checks)
}

/** Broken only where every certificate was tried: what could not be checked may be good. */
function withoutHold(
  { signatureAlgorithm }: SignerInfo,
  named: readonly Certificate[],
  results: readonly SignatureCheck[],
  checks: Check[],
): Outcome {
  const certificate = named[results.indexOf('unsupported')] ?? named[0] ?? null
  const name = signatureName(signatureAlgorithm)
  if (certificate === null) {
    note(checks, 'signature', null, 'signer-certificate-missing')
    return { kind: 'broken', reason: 'signer-certificate-missing', certificate }
  }
  if (results.includes('unsupported')) {
    const what = `${name}, key ${certificate.keyKind}`
    note(checks, 'signature', null, what)
    return { kind: 'unchecked', what, certificate }
  }
  note(checks, 'signature', false, name)
  return { kind: 'broken', reason: 'signature-mismatch', certificate }
}

async function tryCertificate(
  signer: SignerInfo,
  attributes: SignedAttributes,
  certificate: Certificate,
): Promise<SignatureCheck> {
  for (const { digest, hash } of attributes.signingCertificates) {
    if (digest === null) return 'unsupported'
    if (!sameBytes(hash, await digestOf(digest, certificate.der))) return 'fails'
  }
  return checkSignature({
    spki: certificate.spki,
    algorithm: signer.signatureAlgorithm,
    signature: signer.signature,
    data: attributes.der,
  })
}

/** Null where they are missing or not as they must be. */
function findSignedAttributes({ signedAttributes }: SignerInfo): SignedAttributes | null {
  if (signedAttributes === null) return null
  try {
    return parseSignedAttributes(signedAttributes)
  } catch (error) {
    if (isPosternError(error)) return null
    throw error
  }
}

function isStructureSound(
  { signer, contentType }: SignerQuestion,
  attributes: SignedAttributes | null,
  checks: Check[],
): attributes is SignedAttributes {
  const what = signer.signedAttributes === null ? 'missing' : 'as RFC 5652 §11 wants them'
  note(checks, 'signed attributes', attributes !== null, what)
  if (attributes === null) return false
  const isData = contentType === CONTENT_TYPE_OIDS.data && attributes.contentType === contentType
  note(checks, 'content type', isData, attributes.contentType)
  const { algorithmProtection: protection } = attributes
  const isProtected =
    protection === null ||
    (sameAlgorithm(protection.digest, signer.digestIdentifier) &&
      sameAlgorithm(protection.signature, signer.signatureIdentifier))
  note(checks, 'algorithm protection', isProtected, protection === null ? 'not used' : 'RFC 6211')
  return isData && isProtected
}

/** Null where the digest is not known to us. */
async function isUnchanged(
  { signer: { digestAlgorithm }, content }: SignerQuestion,
  { messageDigest }: SignedAttributes,
): Promise<boolean | null> {
  if (digestAlgorithm === null) return null
  return sameBytes(messageDigest, await digestOf(digestAlgorithm, content))
}

function findWeakness(
  { digestAlgorithm, signatureAlgorithm }: SignerInfo,
  { publicKey }: Certificate,
  checks: Check[],
): string | null {
  const weakDigest =
    digestAlgorithm !== null && isWeakDigest(digestAlgorithm) ? digestAlgorithm : null
  const weak = weakDigest ?? findWeakAlgorithm(signatureAlgorithm) ?? findWeakKey(publicKey)
  note(checks, 'strength', weak === null, weak ?? 'sufficient')
  return weak
}

function note(checks: Check[], name: string, ok: boolean | null, detail: string): void {
  checks.push({ name, ok, detail })
}
