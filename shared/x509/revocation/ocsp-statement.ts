import { sameBytes } from '../../bytes.ts'
import type { Certificate } from '../certificate.ts'
import { digestOf } from '../digest.ts'
import { sameName } from '../name.ts'
import { keyOctets } from '../public-key.ts'
import { verifySignature } from '../verify-signature.ts'
import { isIdOf } from './certificate-id.ts'
import { isCertifiedBy } from './certified-by.ts'
import type { OcspAnswer } from './ocsp-answer.ts'
import type { OcspResponse, ResponderId } from './ocsp-response.ts'
import type { Statement, Subject } from './statement.ts'

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'

/** What an OCSP response says of a certificate (RFC 6960 §3.2); null where it is about others. */
export async function ocspStatement(
  response: OcspResponse,
  subject: Subject,
): Promise<Statement | null> {
  const answer = await findAnswer(response.answers, subject)
  if (answer === null) return null
  const [unknown] = [...response.unknownCritical, ...answer.unknownCritical]
  if (unknown !== undefined) return nothing(`unknown critical extension ${unknown} of the answer`)
  if (!(await isAuthentic(response, subject))) {
    return nothing('the OCSP answer is not signed by whoever may answer for the issuer')
  }
  const { status, thisUpdate, nextUpdate } = answer
  switch (status.kind) {
    case 'good':
      return { kind: 'good', thisUpdate, nextUpdate }
    case 'revoked':
      return { ...status, thisUpdate, nextUpdate }
    case 'unknown':
      return nothing('the OCSP responder does not know the certificate')
  }
}

function nothing(why: string): Statement {
  return { kind: 'nothing', why }
}

async function findAnswer(
  answers: readonly OcspAnswer[],
  { certificate, issuer }: Subject,
): Promise<OcspAnswer | null> {
  for (const answer of answers) if (await isIdOf(answer.id, certificate, issuer)) return answer
  return null
}

async function isAuthentic(response: OcspResponse, subject: Subject): Promise<boolean> {
  const { signatureAlgorithm: algorithm, signature, tbs: data } = response
  const { issuer, signatureChecks } = subject
  for (const responder of [issuer, ...response.certificates]) {
    if (!(await isNamedBy(response.responder, responder))) continue
    if (responder !== issuer && !(await mayAnswer(responder, subject))) continue
    if (!signatureChecks.spend()) return false
    const { spki } = responder
    if (await verifySignature({ spki, algorithm, signature, data })) return true
  }
  return false
}

async function isNamedBy(id: ResponderId, { subjectName, spki }: Certificate): Promise<boolean> {
  return id.kind === 'name'
    ? sameName(id.name, subjectName)
    : sameBytes(id.keyHash, await digestOf('sha-1', keyOctets(spki)))
}

/**
 * Whether the issuer itself certified this one to answer (RFC 6960 §4.2.2.2), and it is in force. Whether the
 * responder was itself revoked is not asked (§4.2.2.2.1): its certificates live for days or weeks.
 */
function mayAnswer(
  responder: Certificate,
  { issuer, at, signatureChecks }: Subject,
): Promise<boolean> {
  const { extendedKeyUsage, keyUsage } = responder
  const isMeantTo =
    extendedKeyUsage?.includes(OCSP_SIGNING) === true && keyUsage?.digitalSignature !== false
  if (!isMeantTo) return Promise.resolve(false)
  return isCertifiedBy(responder, issuer, at, signatureChecks)
}
