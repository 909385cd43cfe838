import type { Bytes } from '../bytes.ts'
import type { Recipient } from '../contract/keys.ts'
import { PosternError } from '../errors.ts'
import type { Certificate } from '../x509/certificate.ts'
import { ecSpki, type PublicKey, x25519Spki } from '../x509/public-key.ts'
import { isHkdf } from './algorithms.ts'
import type { RecipientInfo } from './recipient-info.ts'

const MAX_POINT_BYTES = 133 // an uncompressed point of P-521
const MAX_UKM_BYTES = 1024 // the wire contract's bound; senders write 64
const WRAPPED_KEY_BYTES = { min: 24, max: 40 } // AES keys with the eight octets that RFC 3394 adds

/**
 * A recipient entry as the key service is asked about it.
 * @param certificate the recipient's own; its curve is meant where the sender names none
 * @throws PosternError `cms/unsupported` for what no token is asked, `cms/malformed` where entry and
 * certificate do not fit
 */
export function toWireRecipient(info: RecipientInfo, certificate: Certificate): Recipient {
  switch (info.kind) {
    case 'ktri':
      return toWireTransport(info, certificate)
    case 'kari':
      return toWireAgreement(info, certificate)
    case 'other':
      throw unsupported('a recipient that is no certificate')
  }
}

type Transport = Extract<RecipientInfo, { kind: 'ktri' }>
type Agreement = Extract<RecipientInfo, { kind: 'kari' }>

function toWireTransport(
  { algorithm, encryptedKey }: Transport,
  { publicKey }: Certificate,
): Recipient {
  if (publicKey.kind !== 'rsa') throw mismatch()
  if (encryptedKey.length === 0 || encryptedKey.length > publicKey.modulus.length) throw mismatch()
  switch (algorithm.kind) {
    case 'rsa-pkcs1':
      return { kind: 'ktri', algorithm: 'rsa-pkcs1', encryptedKey }
    case 'rsa-oaep': {
      const oaep = { hash: algorithm.hash, mgfHash: algorithm.mgfHash }
      return { kind: 'ktri', algorithm: 'rsa-oaep', oaep, encryptedKey }
    }
    case 'unsupported':
      throw unsupported(algorithm.name)
  }
}

function toWireAgreement(info: Agreement, { publicKey }: Certificate): Recipient {
  const { algorithm, originator, ukm, encryptedKey } = info
  if (algorithm.kind === 'unsupported') throw unsupported(algorithm.name)
  const sender = toSpki(originator, publicKey)
  if (isHkdf(algorithm.scheme) && publicKey.kind !== 'x25519')
    throw unsupported('HKDF on this curve')
  if ((ukm?.length ?? 0) > MAX_UKM_BYTES) throw mismatch()
  const { min, max } = WRAPPED_KEY_BYTES
  if (encryptedKey.length < min || encryptedKey.length > max) throw mismatch()
  return {
    kind: 'kari',
    originator: sender,
    ...(ukm === null ? {} : { ukm }),
    scheme: algorithm.scheme,
    wrap: algorithm.wrap,
    encryptedKey,
  }
}

/** The sender's key, which must be of the recipient's kind. */
function toSpki(originator: Agreement['originator'], publicKey: PublicKey): Bytes {
  switch (originator.kind) {
    case 'unsupported':
      throw unsupported(originator.name)
    case 'x25519':
      if (publicKey.kind !== 'x25519') throw mismatch()
      return x25519Spki(originator.key)
    case 'ec':
      if (publicKey.kind !== 'ec') throw mismatch()
      if (originator.curve !== null && originator.curve !== publicKey.curve) throw mismatch()
      if (originator.point.length > MAX_POINT_BYTES) throw mismatch()
      return ecSpki(publicKey.curve, originator.point)
  }
}

function unsupported(what: string): PosternError {
  return new PosternError('cms/unsupported', `The content key is encrypted with ${what}.`)
}

function mismatch(): PosternError {
  return new PosternError('cms/malformed', 'The recipient entry does not fit the key it names.')
}
