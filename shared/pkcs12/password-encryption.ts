/** Content encrypted by a password: PBES2 (RFC 8018 §6.2), and the old ciphers of RFC 7292 appendix C. */
import { childrenOf, type Element } from '../asn1/reader.ts'
import { INTEGER, OCTET_STRING, SEQUENCE } from '../asn1/tags.ts'
import { octetsOf, smallIntegerOf } from '../asn1/values.ts'
import { type Bytes, concat, utf8 } from '../bytes.ts'
import type { LegacyCipher } from '../cms/legacy-ciphers.ts'
import { isPosternError } from '../errors.ts'
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import { derive, PURPOSE } from './derive.ts'
import { malformed, unsupported, wrongPassword } from './failure.ts'
import { MAX_PBKDF2_ITERATIONS } from './limits.ts'

const PBES2 = '1.2.840.113549.1.5.13'
const PBKDF2 = '1.2.840.113549.1.5.12'
const HMAC_SHA1 = '1.2.840.113549.2.7'
const PRF: Readonly<Record<string, string>> = {
  [HMAC_SHA1]: 'SHA-1',
  '1.2.840.113549.2.9': 'SHA-256',
  '1.2.840.113549.2.10': 'SHA-384',
  '1.2.840.113549.2.11': 'SHA-512',
}
const TRIPLE_DES = '1.2.840.113549.3.7'
/** Octets of the key of AES-CBC. */
const AES: Readonly<Record<string, number>> = {
  '2.16.840.1.101.3.4.1.2': 16,
  '2.16.840.1.101.3.4.1.22': 24,
  '2.16.840.1.101.3.4.1.42': 32,
}

type OldScheme = { readonly cipher: LegacyCipher; readonly keyBytes: number }
const OLD: Readonly<Record<string, OldScheme>> = {
  '1.2.840.113549.1.12.1.3': { cipher: 'des-ede3-cbc', keyBytes: 24 },
  '1.2.840.113549.1.12.1.4': { cipher: 'des-ede3-cbc', keyBytes: 16 },
  '1.2.840.113549.1.12.1.5': { cipher: 'rc2-cbc', keyBytes: 16 },
  '1.2.840.113549.1.12.1.6': { cipher: 'rc2-40-cbc', keyBytes: 5 },
}
const OLD_BLOCK = 8

/**
 * @throws PosternError `pkcs12/wrong-password` when what comes out has no padding, `pkcs12/unsupported`, `asn1/*`
 */
export async function decryptByPassword(
  algorithm: AlgorithmIdentifier,
  ciphertext: Bytes,
  password: string,
): Promise<Bytes> {
  if (algorithm.parameters?.tag !== SEQUENCE) throw malformed('a cipher without parameters')
  const old = OLD[algorithm.oid]
  if (old !== undefined) return decryptOld(old, algorithm.parameters, ciphertext, password)
  if (algorithm.oid !== PBES2) throw unsupported(`the cipher ${algorithm.oid}`)
  const fields = childrenOf(algorithm.parameters)
  const derivation = readAlgorithmIdentifier(fields)
  const cipher = readAlgorithmIdentifier(fields)
  fields.end()
  if (cipher.parameters?.tag !== OCTET_STRING) throw malformed('a cipher without its start')
  const iv = octetsOf(cipher.parameters)
  const keyBytes = cipher.oid === TRIPLE_DES ? 24 : AES[cipher.oid]
  if (keyBytes === undefined) throw unsupported(`the cipher ${cipher.oid}`)
  const key = await pbkdf2(derivation, password, keyBytes)
  return cipher.oid === TRIPLE_DES
    ? decryptLegacyBy('des-ede3-cbc', key, iv, ciphertext)
    : decryptAes(key, iv, ciphertext)
}

/** PBKDF2-params (RFC 8018 appendix A.2); the password as UTF-8. */
async function pbkdf2(
  { oid, parameters }: AlgorithmIdentifier,
  password: string,
  keyBytes: number,
): Promise<Bytes> {
  if (oid !== PBKDF2 || parameters === null) throw unsupported(`the key derivation ${oid}`)
  const fields = childrenOf(parameters)
  const salt = octetsOf(fields.next(OCTET_STRING))
  const iterations = smallIntegerOf(fields.next(INTEGER))
  fields.nextIf(INTEGER) // the key's length, which the cipher says
  const prf = fields.atEnd ? HMAC_SHA1 : readAlgorithmIdentifier(fields).oid
  fields.end()
  const hash = PRF[prf]
  if (hash === undefined) throw unsupported(`the key derivation ${prf}`)
  if (iterations < 1 || iterations > MAX_PBKDF2_ITERATIONS) throw unsupported('too many iterations')
  const secret = await crypto.subtle.importKey('raw', utf8(password), 'PBKDF2', false, [
    'deriveBits',
  ])
  const how = { name: 'PBKDF2', salt, iterations, hash }
  return new Uint8Array(await crypto.subtle.deriveBits(how, secret, keyBytes * 8))
}

async function decryptAes(key: Bytes, iv: Bytes, ciphertext: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', key, 'AES-CBC', false, ['decrypt'])
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, imported, ciphertext),
    )
  } catch {
    throw wrongPassword()
  }
}

async function decryptOld(
  { cipher, keyBytes }: OldScheme,
  parameters: Element,
  ciphertext: Bytes,
  password: string,
): Promise<Bytes> {
  const fields = childrenOf(parameters)
  const salt = octetsOf(fields.next(OCTET_STRING))
  const iterations = smallIntegerOf(fields.next(INTEGER))
  fields.end()
  const of = { digest: 'sha-1', salt, iterations } as const
  const key = await derive(of, password, PURPOSE.key, keyBytes)
  const iv = await derive(of, password, PURPOSE.iv, OLD_BLOCK)
  const isTwoKey = cipher === 'des-ede3-cbc' && keyBytes === 16
  const whole = isTwoKey ? concat(key, key.subarray(0, OLD_BLOCK)) : key
  return decryptLegacyBy(cipher, whole, iv, ciphertext)
}

async function decryptLegacyBy(
  cipher: LegacyCipher,
  key: Bytes,
  iv: Bytes,
  ciphertext: Bytes,
): Promise<Bytes> {
  const { decryptLegacy } = await import('../cms/legacy-ciphers.ts')
  try {
    return decryptLegacy(cipher, key, iv, ciphertext)
  } catch (error) {
    throw isPosternError(error, 'content/damaged') ? wrongPassword() : error
  }
}
