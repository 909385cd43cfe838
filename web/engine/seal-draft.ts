import { usualScheme } from '#shared/cms/signature-scheme.ts'
import type { MailAddress } from '#shared/mime/address.ts'
import type { Encryption } from '#shared/smime/choose-algorithms.ts'
import type { DraftSigner } from '#shared/smime/draft.ts'
import { type Copy, seal, sealCopies, sealForSelf } from '#shared/smime/seal.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import type { KeyChain, PageMethods, SealParams } from './protocol.ts'
import type { Peer } from './rpc.ts'

/** Makes the whole message of a draft, in as many copies as it takes; the page makes the call for the signature. */
export async function sealDraft(
  { draft, sign, encrypt, purpose }: SealParams,
  page: Peer<PageMethods>,
): Promise<readonly Copy[]> {
  if (purpose === 'keep') return [{ readers: [], bytes: await sealForSelf(draft, toSelf(encrypt)) }]
  const readers = [...draft.to, ...draft.cc, ...draft.bcc]
  const context = { subject: draft.subject, to: readers.map(({ address }) => address) }
  const signer = sign === null ? null : signerThrough(page, sign, context)
  const protection = { sign: signer, form: 'detached' } as const
  if (encrypt === null) {
    return [{ readers, bytes: await seal(draft, { ...protection, encrypt: null }) }]
  }
  const certificatesOf = ({ address }: MailAddress) => {
    const der = encrypt.others.get(address)
    return der === undefined ? [] : [parseCertificate(der)]
  }
  const self = [parseCertificate(encrypt.self)]
  const { content } = encrypt
  return sealCopies(draft, { ...protection, encrypt: { self, certificatesOf, content } })
}

function toSelf(encrypt: SealParams['encrypt']): Encryption | null {
  if (encrypt === null) return null
  return { to: [parseCertificate(encrypt.self)], content: encrypt.content }
}

function signerThrough(
  page: Peer<PageMethods>,
  { id, chain: [own] }: KeyChain,
  context: { readonly subject: string; readonly to: string[] },
): DraftSigner {
  if (own === undefined) throw new TypeError('a key without a certificate')
  const certificate = parseCertificate(own)
  const usual = usualScheme(certificate.publicKey)
  if (usual === null) throw new TypeError('a key that does not sign')
  const { scheme, digest: algorithm } = usual
  return {
    certificate,
    digest: algorithm,
    scheme,
    sign: (value) => {
      const digest = { algorithm, value }
      return page.call('sign', { keyId: id, digest, signature: scheme, context })
    },
  }
}
