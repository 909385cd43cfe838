import { base64url } from '#shared/base64.ts'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import { DIGEST_BYTES, signatureAlgorithm } from '#shared/cms/signature-scheme.ts'
import { buildSignedAttributes } from '#shared/cms/signed-attributes.ts'
import type { KeyAlgorithm, SignatureScheme, SignRequest } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { type Certificate, parseCertificate } from '#shared/x509/certificate.ts'
import { verifySignature } from '#shared/x509/verify-signature.ts'
import type { TokenKey } from '../../hsm/port.ts'
import { listChain } from '../../storage/certificates.ts'
import type { Caller } from '../auth/caller.ts'
import type { Permit } from '../policy/permit.ts'
import type { KeyServiceDeps } from '../service.ts'
import { type Acted, perform } from './perform.ts'

type Signed = {
  readonly signedAttributes: Bytes
  readonly signature: Bytes
  /** DER, the signer's certificate first. */
  readonly certificates: readonly Bytes[]
}

/**
 * Signs attributes that are built here around the content's digest (RFC 5652 §5.4). Nothing that a client
 * sends is signed as it is.
 */
export async function signContent(
  deps: KeyServiceDeps,
  { user, session }: Caller,
  keyId: string,
  asked: SignRequest,
): Promise<Signed & { operation: string }> {
  const { algorithm, value: digest } = asked.digest
  if (digest.length !== DIGEST_BYTES[algorithm]) {
    throw new PosternError('request/malformed', `That is not the length of a ${algorithm} digest.`)
  }
  if (asked.signature === 'ed25519' && algorithm !== 'sha-512') {
    throw new PosternError('request/malformed', 'Ed25519 goes with SHA-512.') // RFC 8419 §3.1
  }
  const request = {
    action: 'sign',
    keyId,
    userId: user.id,
    sessionId: session.id,
    digest: base64url(digest),
    entryDigest: null,
  } as const
  const { operation, value } = await perform(deps, request, (permit) =>
    signWith(permit, deps, asked),
  )
  return { operation, ...value }
}

async function signWith(
  permit: Permit,
  deps: KeyServiceDeps,
  { digest: { algorithm: digest, value }, signature: scheme, context }: SignRequest,
): Promise<Acted<Signed>> {
  const key = permit.spend()
  if (!schemesOf(key.algorithm).includes(scheme)) {
    throw new PosternError('key/wrong-purpose', 'This key signs in another way.')
  }
  const certificates = await listChain(deps.db, key.id)
  const certificate = ownCertificate(certificates)
  const signedAttributes = await buildSignedAttributes({
    digestAlgorithm: digest,
    messageDigest: value,
    signingTime: deps.clock(),
    certificate,
    scheme,
  })
  const contextHash = base64url(await deps.hsm.keyedHash(encodeContext(context)))
  const signature = await deps.hsm.sign({ key, scheme, digest, message: signedAttributes })
  const algorithm = signatureAlgorithm(scheme, digest)
  const claim = { spki: certificate.spki, algorithm, signature, data: signedAttributes }
  if (!(await verifySignature(claim))) throw wrongSignature(key)
  return { value: { signedAttributes, signature, certificates }, contextHash }
}

function schemesOf(algorithm: KeyAlgorithm): readonly SignatureScheme[] {
  switch (algorithm) {
    case 'rsa-2048':
    case 'rsa-3072':
    case 'rsa-4096':
      return ['rsa-pkcs1', 'rsa-pss']
    case 'ec-p256':
    case 'ec-p384':
    case 'ec-p521':
      return ['ecdsa']
    case 'ed25519':
      return ['ed25519']
    case 'x25519':
      return []
  }
}

function ownCertificate(chain: readonly Bytes[]): Certificate {
  if (chain[0] === undefined) throw new TypeError('a key without a certificate')
  return parseCertificate(chain[0])
}

/** What the user saw, in one form only: a JSON array without white space. */
function encodeContext({ subject, to }: SignRequest['context']): Bytes {
  return utf8(JSON.stringify(['postern/v1 sign context', subject, ...to]))
}

/** A wrong key behind the row, or a fault in the token: a faulty RSA signature can give the key away. */
function wrongSignature(key: TokenKey): PosternError {
  return new PosternError(
    'token/broken',
    `Key ${key.id} made a signature that its certificate refutes.`,
  )
}
