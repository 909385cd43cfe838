import type { Recipient } from '../contract/keys.ts'
import { PosternError } from '../errors.ts'
import type { Certificate } from '../x509/certificate.ts'
import { ecSpki } from '../x509/public-key.ts'
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
  if (originator.kind === 'unsupported') throw unsupported(originator.name)
  if (publicKey.kind !== 'ec') throw mismatch()
  if (originator.curve !== null && originator.curve !== publicKey.curve) throw mismatch()
  if (originator.point.length > MAX_POINT_BYTES) throw mismatch()
  if ((ukm?.length ?? 0) > MAX_UKM_BYTES) throw mismatch()
  const { min, max } = WRAPPED_KEY_BYTES
  if (encryptedKey.length < min || encryptedKey.length > max) throw mismatch()
  return {
    kind: 'kari',
    originator: ecSpki(publicKey.curve, originator.point),
    ...(ukm === null ? {} : { ukm }),
    scheme: algorithm.scheme,
    wrap: algorithm.wrap,
    encryptedKey,
  }
}

function unsupported(what: string): PosternError {
  return new PosternError('cms/unsupported', `The content key is encrypted with ${what}.`)
}

function mismatch(): PosternError {
  return new PosternError('cms/malformed', 'The recipient entry does not fit the key it names.')
}
