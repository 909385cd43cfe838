import type { Bytes } from '../bytes.ts'
import { parseContentInfo } from '../cms/content-info.ts'
import { parseSignedData, type SignedData } from '../cms/signed-data.ts'
import { type SignerVerdict, verifySignerInfo } from '../cms/verify-signer-info.ts'
import { isPosternError } from '../errors.ts'
import { beforeTransit, type Earlier } from '../mime/before-transit.ts'
import { type Certificate } from '../x509/certificate.ts'
import type { BoundedReader } from './bounded-reader.ts'
import { type Enclosed, judgeTrust } from './signer-trust.ts'
import { summariseCertificate } from './summarise.ts'
import type { BrokenReason, Signer, UntrustedReason } from './verdict.ts'

/** What was found out about one signer, before the message's own fields are compared with it. */
export type SignerFinding = {
  readonly signer: Signer
  readonly fault: BrokenReason | null
  /** What nothing here can check, by name. */
  readonly unchecked: string | null
  readonly distrust: UntrustedReason | null
  /** As in `SignerTrust`. */
  readonly goodWhenSigned: boolean
}

/** A signed layer, verified. `fault` concerns the layer as a whole. */
export type SignedLayer = {
  readonly form: 'detached' | 'opaque'
  readonly fault: BrokenReason | null
  readonly signers: readonly SignerFinding[]
}

/** A layer that is said to be signed, but proves nothing for a reason of form. */
export function malformedLayer(form: SignedLayer['form']): SignedLayer {
  return { form, fault: 'structure', signers: [] }
}

/**
 * Reads SignedData. `null` when it cannot be read.
 * @param object a CMS object that is said to be signed-data
 */
export function readSignedData(object: Bytes): SignedData | null {
  try {
    const { contentType, content } = parseContentInfo(object)
    return contentType === 'signed-data' ? parseSignedData(content) : null
  } catch (error) {
    if (isPosternError(error)) return null
    throw error
  }
}

/**
 * Verifies a detached signature over `content`. One that brings its own content is broken, even if it is the
 * same: what is shown and what was signed must not be two things ("Johnny, you are fired!", §4.1).
 */
export function verifyDetached(
  data: SignedData | null,
  content: Bytes,
  reader: BoundedReader,
): Promise<SignedLayer> {
  const bringsNone = data !== null && data.content === null
  if (!bringsNone) return Promise.resolve(malformedLayer('detached'))
  return verifySigners('detached', data, content, reader)
}

/** Verifies an opaque signature over the content that it brings. */
export function verifyOpaque(data: SignedData, reader: BoundedReader): Promise<SignedLayer> {
  if (data.content === null) return Promise.resolve(malformedLayer('opaque'))
  return verifySigners('opaque', data, data.content, reader)
}

async function verifySigners(
  form: SignedLayer['form'],
  data: SignedData,
  content: Bytes,
  reader: BoundedReader,
): Promise<SignedLayer> {
  const certificates = [...data.certificates, ...(reader.candidates ?? [])]
  const { revocationInfo } = data
  const signers: SignerFinding[] = []
  for (const signer of data.signers) {
    const earlier = form === 'detached' ? affordable(content, reader) : []
    const question = { signer, contentType: data.contentType, content, certificates, earlier }
    const verdict = await verifySignerInfo(question, reader.signatureChecks)
    signers.push(await judgeSigner(verdict, { certificates, revocationInfo }, reader))
  }
  return { form, fault: signers.length === 0 ? 'structure' : null, signers }
}

/** Only where relays see the text: nothing on the way touches what is packed up with its signature. */
function* affordable(content: Bytes, { restored }: BoundedReader): Generator<Earlier> {
  const guesses = beforeTransit(content)
  while (restored.spend(content.length)) {
    const next = guesses.next()
    if (next.done === true) return
    yield next.value
  }
}

async function judgeSigner(
  verdict: SignerVerdict,
  enclosed: Enclosed,
  reader: BoundedReader,
): Promise<SignerFinding> {
  const { certificate } = verdict
  if (verdict.kind !== 'holds') {
    const chain = certificate === null ? [] : [certificate]
    return {
      signer: await describe(verdict, chain, []),
      fault: verdict.kind === 'broken' ? verdict.reason : null,
      unchecked: verdict.kind === 'unchecked' ? verdict.what : null,
      distrust: null,
      goodWhenSigned: false,
    }
  }
  const trust = await judgeTrust(verdict, enclosed, reader)
  return {
    signer: await describe(verdict, trust.chain, trust.checks),
    fault: null,
    unchecked: null,
    distrust: verdict.weak === null ? trust.distrust : 'weak-algorithm',
    goodWhenSigned: verdict.weak === null && trust.goodWhenSigned,
  }
}

async function describe(
  { certificate, signingTime, digestAlgorithm, signatureAlgorithm, checks }: SignerVerdict,
  chain: readonly Certificate[],
  chainChecks: Signer['checks'],
): Promise<Signer> {
  return {
    certificate: certificate === null ? null : await summariseCertificate(certificate),
    chain: await Promise.all(chain.map(summariseCertificate)),
    signingTime: signingTime?.toISOString() ?? null,
    digestAlgorithm,
    signatureAlgorithm,
    checks: [...checks, ...chainChecks],
  }
}
