import { base64url } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'
import { DIGEST_BYTES } from '#shared/cms/signature-scheme.ts'
import { buildSignedAttributes } from '#shared/cms/signed-attributes.ts'
import type { KeyAlgorithm, SignatureScheme, SignRequest } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import type { TokenKey } from '../../hsm/port.ts'
import { approvalHash } from '../approvals/approval-hash.ts'
import type { Caller } from '../auth/caller.ts'
import type { Permit } from '../policy/permit.ts'
import type { KeyServiceDeps } from '../service.ts'
import { contextHash } from './context-hash.ts'
import { holds } from './own-signature.ts'
import { type Acted, perform } from './perform.ts'
import { getSigner } from './signer.ts'

type Signed = {
  readonly signedAttributes: Bytes
  readonly signature: Bytes
  /** Each DER as base64url, the signer's certificate first. */
  readonly certificates: readonly string[]
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
  const saysWhat = asked.context !== undefined && asked.context.to.length > 0
  const terms = { approval: approvalHash(asked.approval), saysWhat, batched: false }
  const { operation, value } = await perform(deps, { request, terms }, (permit) =>
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
  const { signingCertificate, publicKey, chain } = await getSigner(deps.db, key.id)
  const signedAttributes = buildSignedAttributes({
    digestAlgorithm: digest,
    messageDigest: value,
    signingTime: deps.clock(),
    signingCertificate,
    scheme,
  })
  const hash = await contextHash(deps.hsm, context)
  const signature = await deps.hsm.sign({ key, scheme, digest, message: signedAttributes })
  const own = { scheme, digest, message: signedAttributes, signature }
  if (publicKey === null || !(await holds(publicKey, own))) throw wrongSignature(key)
  return { value: { signedAttributes, signature, certificates: chain }, contextHash: hash }
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

/** A wrong key behind the row, or a fault in the token: a faulty RSA signature can give the key away. */
function wrongSignature(key: TokenKey): PosternError {
  return new PosternError(
    'token/broken',
    `Key ${key.id} made a signature that its certificate refutes.`,
  )
}
