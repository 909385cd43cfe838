import type { Recipient } from '../contract/keys.ts'
import { PosternError } from '../errors.ts'
import type { Certificate } from '../x509/certificate.ts'
import { ecSpki } from '../x509/public-key.ts'
import type { RecipientInfo } from './recipient-info.ts'

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
