import { type Capabilities, capabilitiesIn } from '../cms/capabilities.ts'
import type { WritableCipher } from '../cms/content-encryption.ts'
import type { RsaTransport } from '../cms/encrypt-content-key.ts'
import type { Certificate } from '../x509/certificate.ts'

/** Whom to encrypt to, and how. */
export type Encryption = {
  /** All who shall read it: the sender, too. */
  readonly to: readonly Certificate[]
  /** `by-capabilities`: AES-256-GCM where all of them have it, else AES-256-CBC, which everybody reads. */
  readonly content: WritableCipher | 'by-capabilities'
  /** Whether RSA keys are written to with OAEP. Absent: each as its owner asks, else PKCS#1 v1.5. */
  readonly oaep?: boolean
  /** What the certificate's owner was seen to say in signed mail; null where nothing is known. */
  readonly known?: (certificate: Certificate) => Capabilities | null
}

/** One cipher for the content, and for each reader a way to encrypt its key. */
export type ChosenAlgorithms = {
  readonly content: WritableCipher
  readonly recipients: readonly {
    readonly certificate: Certificate
    readonly transport: RsaTransport
  }[]
}

/** What to write with. What was said in signed mail is newer than the certificate, and wins over it. */
export function chooseAlgorithms({ to, content, oaep, known }: Encryption): ChosenAlgorithms {
  const readers = to.map((certificate) => ({
    certificate,
    capabilities: known?.(certificate) ?? capabilitiesIn(certificate),
  }))
  const all = readers.every(({ capabilities }) => capabilities?.ciphers.has('aes-256-gcm') === true)
  return {
    content: content !== 'by-capabilities' ? content : all ? 'aes-256-gcm' : 'aes-256-cbc',
    recipients: readers.map(({ certificate, capabilities }) => ({
      certificate,
      transport: transportFor(oaep, capabilities),
    })),
  }
}

function transportFor(oaep: boolean | undefined, capabilities: Capabilities | null): RsaTransport {
  const asked = capabilities?.transport ?? null
  switch (oaep) {
    case undefined:
      return asked ?? 'rsa-pkcs1'
    case true:
      return asked ?? 'rsa-oaep-sha256'
    case false:
      return 'rsa-pkcs1'
  }
}
