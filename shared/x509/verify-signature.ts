import type { Bytes } from '../bytes.ts'
import { isComputable } from './digest.ts'
import { findRawEcdsa } from './ecdsa-signature.ts'
import { bitLength, CURVE_NAMES, parsePublicKey, type PublicKey, rsaSpki } from './public-key.ts'
import type { SignatureAlgorithm } from './signature-algorithm.ts'
import { findWeakAlgorithm, findWeakKey } from './strength.ts'

/** Signatures checked for one message: ten signers with long chains, three times over. */
export const MAX_SIGNATURE_CHECKS = 300

// The time of a check grows with both. 4096 and 65537 are the largest seen in certificates for mail.
const MAX_RSA_BITS = 8192
const MAX_EXPONENT_BITS = 33

/** A signature and all that it takes to check it. */
export type SignatureClaim = {
  /** DER SubjectPublicKeyInfo of the signer. */
  readonly spki: Bytes
  readonly algorithm: SignatureAlgorithm
  /** As X.509 and CMS carry it: ECDSA as DER. */
  readonly signature: Bytes
  /** What was signed, not yet digested. */
  readonly data: Bytes
}

/**
 * `holds` speaks of the mathematics alone, SHA-1 included: whether the algorithm is good enough is
 * another question (`strength.ts`). `unsupported`: nothing here can tell.
 */
export type SignatureCheck = 'holds' | 'fails' | 'unsupported'

/** Whether the signature holds, and was made as may be trusted: SHA-256 or better, RSA from 2048 bits. */
export async function verifySignature(claim: SignatureClaim): Promise<boolean> {
  if (findWeakAlgorithm(claim.algorithm) !== null) return false
  if (findWeakKey(parsePublicKey(claim.spki)) !== null) return false
  return (await checkSignature(claim)) === 'holds'
}

/**
 * Checks a signature by WebCrypto: RSA PKCS#1 v1.5, RSA-PSS, ECDSA on P-256/384/521, Ed25519.
 * @throws PosternError `asn1/malformed`, `x509/malformed` where the key cannot be read
 */
export async function checkSignature(claim: SignatureClaim): Promise<SignatureCheck> {
  const method = findMethod(parsePublicKey(claim.spki), claim)
  if (method === null) return 'unsupported'
  if (method.signature === null) return 'fails'
  const key = await importKey(method)
  if (key === null) return 'unsupported'
  return (await verify(key, method, method.signature, claim.data)) ? 'holds' : 'fails'
}

/** WebCrypto throws where a signature is impossible rather than wrong: a PSS salt longer than the key has room for. */
async function verify(
  key: CryptoKey,
  { verifyAs }: Method,
  signature: Bytes,
  data: Bytes,
): Promise<boolean> {
  try {
    return await crypto.subtle.verify(verifyAs, key, signature, data)
  } catch {
    return false
  }
}

type Method = {
  readonly spki: Bytes
  readonly importAs: RsaHashedImportParams | EcKeyImportParams | Algorithm
  readonly verifyAs: RsaPssParams | EcdsaParams | Algorithm
  /** In WebCrypto's form; null where it has no such form, and so cannot hold. */
  readonly signature: Bytes | null
}

/** How WebCrypto is to be asked, or null where it cannot be or the key is for something else. */
function findMethod(key: PublicKey, { algorithm, signature, spki }: SignatureClaim): Method | null {
  switch (algorithm.kind) {
    case 'rsa-pkcs1':
    case 'rsa-pss':
      return findRsaMethod(key, algorithm, signature)
    case 'ecdsa': {
      const { digest } = algorithm
      if (key.kind !== 'ec' || digest === null || !isComputable(digest)) return null
      return {
        spki,
        importAs: { name: 'ECDSA', namedCurve: CURVE_NAMES[key.curve] },
        verifyAs: { name: 'ECDSA', hash: digest },
        signature: findRawEcdsa(signature, key.curve),
      }
    }
    case 'ed25519': {
      const name = { name: 'Ed25519' }
      return key.kind === 'ed25519' ? { spki, importAs: name, verifyAs: name, signature } : null
    }
    case 'other':
      return null
  }
}

function findRsaMethod(
  key: PublicKey,
  algorithm: Extract<SignatureAlgorithm, { kind: 'rsa-pkcs1' | 'rsa-pss' }>,
  signature: Bytes,
): Method | null {
  const { digest } = algorithm
  if (key.kind !== 'rsa' || digest === null || !isComputable(digest)) return null
  if (key.bits > MAX_RSA_BITS || bitLength(key.exponent) > MAX_EXPONENT_BITS) return null
  const spki = rsaSpki(key)
  if (algorithm.kind === 'rsa-pkcs1') {
    const importAs = { name: 'RSASSA-PKCS1-v1_5', hash: digest }
    return key.pssOnly ? null : { spki, importAs, verifyAs: importAs, signature }
  }
  if (algorithm.mgfDigest !== digest) return null // WebCrypto has one digest for both
  const importAs = { name: 'RSA-PSS', hash: digest }
  return {
    spki,
    importAs,
    verifyAs: { name: 'RSA-PSS', saltLength: algorithm.saltLength },
    signature,
  }
}

/** Null where WebCrypto refuses the key: a point off its curve, an absurd modulus, an unknown algorithm. */
async function importKey({ spki, importAs }: Method): Promise<CryptoKey | null> {
  try {
    return await crypto.subtle.importKey('spki', spki, importAs, false, ['verify'])
  } catch {
    return null
  }
}
