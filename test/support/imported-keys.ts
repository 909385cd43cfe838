import { createPrivateKey } from 'node:crypto'
import pkcs11 from 'pkcs11js'
import type { Handle } from 'pkcs11js'
import { bytes, flag, type TokenAttribute } from '#api/hsm/pkcs11/attributes.ts'
import type { EdwardsCurve, NamedCurve } from '#api/hsm/pkcs11/key-class.ts'
import { privateKeyTemplate } from '#api/hsm/pkcs11/key-template.ts'
import { loadModule } from '#api/hsm/pkcs11/module.ts'
import { closeToken, openToken, type Token } from '#api/hsm/pkcs11/token.ts'
import type { KeyAlgorithm } from '#shared/contract/keys.ts'
import { createSoftToken } from './soft-token.ts'
import { newKey } from './test-hsm.ts'

/**
 * A throwaway token opened in the test's own process, for keys that are not made in it. Postern itself
 * imports none, and refuses such keys.
 */
export async function openTokenHere(): Promise<{ token: Token; close: () => Promise<void> }> {
  const soft = await createSoftToken()
  process.env['SOFTHSM2_CONF'] = soft.softhsmConf // read by the module when it is loaded
  const token = openToken(loadModule(soft.modulePath), soft.label, soft.pin)
  const close = () => {
    closeToken(token)
    return soft.remove()
  }
  return { token, close }
}

/** An RSA key for decryption, as Postern makes them but for its origin. */
export function importRsaKey(token: Token, pkcs8: string): Handle {
  const der = Buffer.from(pkcs8, 'hex')
  const jwk = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' })
  const number = (type: number, value = '') => bytes(type, Buffer.from(value, 'base64url'))
  return create(token, 'rsa-2048', [
    number(pkcs11.CKA_MODULUS, jwk.n),
    number(pkcs11.CKA_PUBLIC_EXPONENT, jwk.e),
    number(pkcs11.CKA_PRIVATE_EXPONENT, jwk.d),
    number(pkcs11.CKA_PRIME_1, jwk.p),
    number(pkcs11.CKA_PRIME_2, jwk.q),
    number(pkcs11.CKA_EXPONENT_1, jwk.dp),
    number(pkcs11.CKA_EXPONENT_2, jwk.dq),
    number(pkcs11.CKA_COEFFICIENT, jwk.qi),
  ])
}

/** An EC key for agreement. `scalar` in hexadecimal, of any length. */
export function importEcKey(token: Token, curve: NamedCurve, scalar: string): Handle {
  const digits = BigInt(`0x${scalar}`)
    .toString(16)
    .padStart(2 * curve.fieldBytes, '0')
  return create(token, `ec-${curve.name}`, [
    bytes(pkcs11.CKA_EC_PARAMS, curve.parameters),
    bytes(pkcs11.CKA_VALUE, Buffer.from(digits, 'hex')),
  ])
}

/** An X25519 key. `scalar` in hexadecimal, 32 bytes. */
export function importX25519Key(token: Token, curve: EdwardsCurve, scalar: string): Handle {
  return create(token, 'x25519', [
    bytes(pkcs11.CKA_EC_PARAMS, curve.parameters),
    bytes(pkcs11.CKA_VALUE, Buffer.from(scalar, 'hex')),
  ])
}

function create(
  { cryptoki, session }: Token,
  algorithm: KeyAlgorithm,
  value: readonly TokenAttribute[],
): Handle {
  const template = privateKeyTemplate(newKey('encrypt', algorithm))
  const inSession = template.filter(({ type }) => type !== pkcs11.CKA_TOKEN)
  return cryptoki.C_CreateObject(session, [...inSession, flag(pkcs11.CKA_TOKEN, false), ...value])
}
