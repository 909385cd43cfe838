import type { Bytes } from '#shared/bytes.ts'
import { usualScheme } from '#shared/cms/signature-scheme.ts'
import type { DraftSigner } from '#shared/smime/draft.ts'
import { seal } from '#shared/smime/seal.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import type { KeyChain, PageMethods, SealParams } from './protocol.ts'
import type { Peer } from './rpc.ts'

/** Makes the whole message of a draft; the page makes the call for the signature. */
export function sealDraft(
  { draft, sign, encrypt }: SealParams,
  page: Peer<PageMethods>,
): Promise<Bytes> {
  const to = [...draft.to, ...draft.cc, ...draft.bcc].map(({ address }) => address)
  const context = { subject: draft.subject, to }
  return seal(draft, {
    sign: sign === null ? null : signerThrough(page, sign, context),
    form: 'detached',
    encrypt:
      encrypt === null ? null : { to: encrypt.to.map(parseCertificate), content: encrypt.content },
  })
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
