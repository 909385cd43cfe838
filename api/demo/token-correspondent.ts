import { usualScheme } from '#shared/cms/signature-scheme.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import type { Hsm } from '../hsm/port.ts'
import type { Records } from '../keys/records.ts'
import { listChain } from '../storage/certificates.ts'
import type { KeyRow } from '../storage/schema.ts'
import { type Correspondent, type SigningKey, signerOf } from './correspondent.ts'
import type { Colleague } from './people.ts'

/** A colleague, whose keys lie in the token. */
export async function tokenCorrespondent(
  { db, hsm }: Records & { readonly hsm: Hsm },
  name: Colleague['username'],
  keys: { readonly sign: KeyRow; readonly encrypt: KeyRow },
): Promise<Correspondent> {
  const [encryption] = (await listChain(db, keys.encrypt.id)).map(parseCertificate)
  const [certificate, ...above] = (await listChain(db, keys.sign.id)).map(parseCertificate)
  if (encryption === undefined || certificate === undefined) {
    throw new TypeError(`a key of ${name} has no certificate`)
  }
  const usual = usualScheme(certificate.publicKey)
  if (usual === null) throw new TypeError(`the key of ${name} does not sign`)
  const { scheme, digest } = usual
  const key: SigningKey = {
    chain: [certificate, ...above],
    digest,
    scheme,
    sign: (message) => hsm.sign({ key: keys.sign, scheme, digest, message }),
  }
  return { name, encryption, signerAt: (time) => signerOf(key, time) }
}
