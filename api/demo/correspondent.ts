import type { Bytes } from '#shared/bytes.ts'
import { buildSignedAttributes } from '#shared/cms/signed-attributes.ts'
import { encodeSigningCertificate } from '#shared/cms/signing-certificate.ts'
import type { DigestAlgorithm, SignatureScheme } from '#shared/contract/keys.ts'
import type { DraftSigner } from '#shared/smime/draft.ts'
import type { Certificate } from '#shared/x509/certificate.ts'
import type { PersonName } from './people.ts'

/** Somebody who writes and receives demo mail: how they sign, and the certificate that others encrypt to. */
export type Correspondent = {
  readonly name: PersonName
  readonly encryption: Certificate
  /** A signer whose signature says that it was made then. */
  readonly signerAt: (time: Date) => DraftSigner
}

/** A signing key, wherever it lies. `chain` starts with its certificate; `sign` hashes, and answers ECDSA as DER. */
export type SigningKey = {
  readonly chain: readonly [Certificate, ...Certificate[]]
  readonly digest: DigestAlgorithm
  readonly scheme: SignatureScheme
  readonly sign: (message: Bytes) => Promise<Bytes>
}

/** Signs as the key service does, with a signing time of the letter's own: letters of last month were signed then. */
export function signerOf(key: SigningKey, signingTime: Date): DraftSigner {
  const { chain, digest, scheme } = key
  const [certificate] = chain
  return {
    certificate,
    digest,
    scheme,
    sign: async (messageDigest) => {
      const signedAttributes = buildSignedAttributes({
        digestAlgorithm: digest,
        messageDigest,
        signingTime,
        signingCertificate: await encodeSigningCertificate(certificate),
        scheme,
      })
      const signature = await key.sign(signedAttributes)
      return { signedAttributes, signature, certificates: chain.map(({ der }) => der) }
    },
  }
}
