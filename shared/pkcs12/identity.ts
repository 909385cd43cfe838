import { childrenOf, readWhole } from '../asn1/reader.ts'
import { INTEGER, SEQUENCE } from '../asn1/tags.ts'
import { smallIntegerOf } from '../asn1/values.ts'
import { type Bytes, concat, sameBytes } from '../bytes.ts'
import { parseBase64url } from '../base64.ts'
import type { Certificate } from '../x509/certificate.ts'
import { readAlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import {
  CURVE_NAMES,
  type Curve,
  EC_PUBLIC_KEY,
  ecSpki,
  ed25519Spki,
  findCurve,
  rsaSpki,
  x25519Spki,
} from '../x509/public-key.ts'
import { oidOf } from '../asn1/values.ts'
import { malformed, unsupported } from './failure.ts'
import type { KeyFile } from './read.ts'

/** A private key with its certificate, and those that came along. */
export type Identity = {
  /** DER PrivateKeyInfo (RFC 5208): a secret, to be overwritten after use. */
  readonly privateKey: Bytes
  /** The key's own first. */
  readonly certificates: readonly Certificate[]
}

/**
 * The keys of a file, each with the certificate that its public half is in.
 * @throws PosternError `pkcs12/malformed` when a key has none, or there is no key; `pkcs12/unsupported`
 */
export async function identitiesOf({ privateKeys, certificates }: KeyFile): Promise<Identity[]> {
  if (privateKeys.length === 0) throw malformed('it holds no private key')
  return Promise.all(
    privateKeys.map(async (privateKey) => {
      const spki = await publicHalf(privateKey)
      const own = certificates.find((certificate) => sameBytes(certificate.spki, spki))
      if (own === undefined) throw malformed('a private key is without its certificate')
      return { privateKey, certificates: [own, ...certificates.filter((one) => one !== own)] }
    }),
  )
}

const RSA = '1.2.840.113549.1.1.1'
const CURVES_25519: Readonly<Record<string, 'Ed25519' | 'X25519'>> = {
  '1.3.101.112': 'Ed25519',
  '1.3.101.110': 'X25519',
}

/** DER SubjectPublicKeyInfo of a private key, as WebCrypto computes it. */
async function publicHalf(privateKey: Bytes): Promise<Bytes> {
  const fields = childrenOf(readWhole(privateKey, 'der', SEQUENCE))
  smallIntegerOf(fields.next(INTEGER))
  const { oid, parameters } = readAlgorithmIdentifier(fields)
  const curve = oid === EC_PUBLIC_KEY && parameters !== null ? findCurve(oidOf(parameters)) : null
  const edwards = CURVES_25519[oid]
  if (oid === RSA) {
    const { n, e } = await exported(privateKey, { name: 'RSA-OAEP', hash: 'SHA-1' }, ['decrypt'])
    return rsaSpki({ modulus: n, exponent: e })
  }
  if (curve !== null) return ecHalf(privateKey, curve)
  if (edwards === undefined) throw unsupported(`a key of kind ${oid}`)
  const uses: KeyUsage[] = edwards === 'Ed25519' ? ['sign'] : ['deriveBits']
  const { x } = await exported(privateKey, { name: edwards }, uses)
  return edwards === 'Ed25519' ? ed25519Spki(x) : x25519Spki(x)
}

async function ecHalf(privateKey: Bytes, curve: Curve): Promise<Bytes> {
  const algorithm = { name: 'ECDSA', namedCurve: CURVE_NAMES[curve] }
  const { x, y } = await exported(privateKey, algorithm, ['sign'])
  return ecSpki(curve, concat(Uint8Array.of(4), x, y))
}

type Numbers = Readonly<Record<'n' | 'e' | 'x' | 'y', Bytes>>

/** The public numbers of a key; those that it does not have are empty. */
async function exported(
  privateKey: Bytes,
  algorithm: RsaHashedImportParams | EcKeyImportParams | Algorithm,
  uses: KeyUsage[],
): Promise<Numbers> {
  try {
    const key = await crypto.subtle.importKey('pkcs8', privateKey, algorithm, true, uses)
    const jwk = await crypto.subtle.exportKey('jwk', key)
    const number = (text: string | undefined) => parseBase64url(text ?? '')
    return { n: number(jwk.n), e: number(jwk.e), x: number(jwk.x), y: number(jwk.y) }
  } catch {
    throw malformed('its private key is damaged')
  }
}
