import type { Bytes } from '#shared/bytes.ts'
import type {
  ContentAlgorithm,
  DigestAlgorithm,
  Recipient,
  SignAnswer,
  SignatureScheme,
  UnwrapAnswer,
} from '#shared/contract/keys.ts'
import type { WritableCipher } from '#shared/cms/content-encryption.ts'
import type { Draft } from '#shared/smime/draft.ts'
import type { Copy } from '#shared/smime/seal.ts'
import type { CertificateSummary } from '#shared/smime/verdict.ts'
import type { ListedMessage } from './listed-message.ts'

/** A key of the reader with its chain in DER, the reader's certificate first. */
export type KeyChain = { readonly id: string; readonly chain: readonly Bytes[] }

export type OpenParams = {
  /** The page's number for it, to ask for its attachments by. */
  readonly message: number
  readonly bytes: Bytes
  readonly keys: readonly KeyChain[]
  readonly anchors: readonly Bytes[]
}

export type SealParams = {
  readonly draft: Draft
  /** The key that signs, or null for none. */
  readonly sign: KeyChain | null
  readonly encrypt: {
    /** DER of the writer's own certificate. */
    readonly self: Bytes
    /** DER of each reader's certificate, by address. */
    readonly others: ReadonlyMap<string, Bytes>
    readonly content: WritableCipher
  } | null
  /** `keep`: for the writer's mailbox alone, unsigned and with its Bcc. */
  readonly purpose: 'keep' | 'send'
}

export type ChooseParams = {
  readonly address: string
  /** DER, as the directory has them: each chain from a person's certificate upwards. */
  readonly chains: readonly (readonly Bytes[])[]
  readonly anchors: readonly Bytes[]
  /** The time to judge at. */
  readonly at: Date
}

/** What the page asks of the worker. */
export type EngineMethods = {
  open: { params: OpenParams; result: ListedMessage }
  /** The content of an attachment of the message opened last. */
  part: { params: { readonly message: number; readonly index: number }; result: Bytes }
  /** Lets that message go. */
  close: { params: null; result: null }
  /** The first copy is for To and Cc, and to be kept; each other one for a hidden reader. */
  seal: { params: SealParams; result: readonly Copy[] }
  /** Of a person's certificates the one to encrypt with, DER; null where none holds. */
  choose: { params: ChooseParams; result: Bytes | null }
  /** Each DER certificate in words. */
  describe: { params: readonly Bytes[]; result: readonly CertificateSummary[] }
}

/** What the worker asks of the page while it works: the calls that need the network. */
export type PageMethods = {
  unwrap: {
    params: {
      readonly keyId: string
      readonly recipient: Recipient
      readonly contentAlgorithm: ContentAlgorithm
      readonly cmsDigest: Bytes
      readonly sealTo: Bytes
    }
    /** `session` is the id of the session that the key was sealed for. */
    result: { readonly session: string; readonly answer: UnwrapAnswer }
  }
  sign: {
    params: {
      readonly keyId: string
      readonly digest: { readonly algorithm: DigestAlgorithm; readonly value: Bytes }
      readonly signature: SignatureScheme
      readonly context: { readonly subject: string; readonly to: string[] }
    }
    result: SignAnswer
  }
}
