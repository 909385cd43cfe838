import type { Bytes } from '../bytes.ts'
import { isWebDigest } from './digest.ts'
import { findRawEcdsa } from './ecdsa-signature.ts'
import { meetsPssLimits } from './pss-parameters.ts'
import {
  bitLength,
  CURVE_NAMES,
  parsePublicKey,
  type PublicKey,
  type RsaKey,
  rsaSpki,
} from './public-key.ts'
import type { SignatureAlgorithm } from './signature-algorithm.ts'
import type { SignatureClaim } from './signature-claim.ts'
import { findWeakAlgorithm, findWeakKey } from './strength.ts'

/** Signatures checked for one message: ten signers with long chains, three times over. */
export const MAX_SIGNATURE_CHECKS = 300

// The time of a check grows with both. 4096 and 65537 are the largest seen in certificates for mail.
const MAX_RSA_BITS = 8192
const MAX_EXPONENT_BITS = 33

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
 * Checks a signature: RSA PKCS#1 v1.5, RSA-PSS, ECDSA on P-256/384/521, Ed25519. By WebCrypto where it has the
 * digest, else by a library that is loaded for it. A key of another kind than the algorithm's fails.
 * @throws PosternError `asn1/malformed`, `x509/malformed` where the key cannot be read
 */
export async function checkSignature(claim: SignatureClaim): Promise<SignatureCheck> {
  const key = parsePublicKey(claim.spki)
  const suited = isSuited(key, claim.algorithm)
  if (suited !== true) return suited === null ? 'unsupported' : 'fails'
  if (needsSoftware(claim.algorithm)) {
    const { holdsInSoftware } = await import('./software-signature.ts')
    return (await holdsInSoftware(key, claim)) ? 'holds' : 'fails'
  }
  return checkByWebCrypto(key, claim)
}

async function checkByWebCrypto(key: PublicKey, claim: SignatureClaim): Promise<SignatureCheck> {
  const method = findMethod(key, claim)
  if (method === null) return 'unsupported'
  if (method.signature === null) return 'fails'
  const imported = await importKey(method)
  if (imported === null) return 'unsupported'
  return (await verify(imported, method, method.signature, claim.data)) ? 'holds' : 'fails'
}

/** Whether such a key may sign so; null where nothing here can tell. */
function isSuited(key: PublicKey, algorithm: SignatureAlgorithm): boolean | null {
  if (key.kind === 'other' || algorithm.kind === 'other') return null
  if ('digest' in algorithm && algorithm.digest === null) return null
  if (key.kind === 'rsa') return isRsaSuited(key, algorithm)
  return key.kind === (algorithm.kind === 'ecdsa' ? 'ec' : algorithm.kind)
}

/** RFC 4055 §1.2, §3.3: a key may demand PSS, and with which parameters. */
function isRsaSuited(key: RsaKey, algorithm: SignatureAlgorithm): boolean | null {
  if (algorithm.kind !== 'rsa-pkcs1' && algorithm.kind !== 'rsa-pss') return false
  if (key.bits > MAX_RSA_BITS || bitLength(key.exponent) > MAX_EXPONENT_BITS) return null
  const { pssOnly } = key
  if (pssOnly === null) return true
  if (algorithm.kind === 'rsa-pkcs1') return false
  if (typeof pssOnly === 'object') return meetsPssLimits(algorithm, pssOnly)
  return pssOnly === 'any' ? true : null
}

/** WebCrypto has four digests, and in PSS one for both places. */
function needsSoftware(algorithm: SignatureAlgorithm): boolean {
  if (!('digest' in algorithm) || algorithm.digest === null) return false
  if (!isWebDigest(algorithm.digest)) return true
  return algorithm.kind === 'rsa-pss' && algorithm.mgfDigest !== algorithm.digest
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

/** How WebCrypto is to be asked about a key that suits the algorithm, or null where it cannot be. */
function findMethod(key: PublicKey, { algorithm, signature, spki }: SignatureClaim): Method | null {
  switch (algorithm.kind) {
    case 'rsa-pkcs1':
    case 'rsa-pss':
      return key.kind === 'rsa' ? rsaMethod(key, algorithm, signature) : null
    case 'ecdsa': {
      const { digest } = algorithm
      if (key.kind !== 'ec' || digest === null) return null
      return {
        spki,
        importAs: { name: 'ECDSA', namedCurve: CURVE_NAMES[key.curve] },
        verifyAs: { name: 'ECDSA', hash: digest },
        signature: findRawEcdsa(signature, key.curve),
      }
    }
    case 'ed25519': {
      const name = { name: 'Ed25519' }
      return { spki, importAs: name, verifyAs: name, signature }
    }
    case 'other':
      return null
  }
}

function rsaMethod(
  key: RsaKey,
  algorithm: Extract<SignatureAlgorithm, { kind: 'rsa-pkcs1' | 'rsa-pss' }>,
  signature: Bytes,
): Method | null {
  const { digest } = algorithm
  if (digest === null) return null
  const spki = rsaSpki(key)
  if (algorithm.kind === 'rsa-pkcs1') {
    const importAs = { name: 'RSASSA-PKCS1-v1_5', hash: digest }
    return { spki, importAs, verifyAs: importAs, signature }
  }
  const importAs = { name: 'RSA-PSS', hash: digest }
  const verifyAs = { name: 'RSA-PSS', saltLength: algorithm.saltLength }
  return { spki, importAs, verifyAs, signature }
}

/** Null where WebCrypto refuses the key: a point off its curve, an absurd modulus, an unknown algorithm. */
async function importKey({ spki, importAs }: Method): Promise<CryptoKey | null> {
  try {
    return await crypto.subtle.importKey('spki', spki, importAs, false, ['verify'])
  } catch {
    return null
  }
}
