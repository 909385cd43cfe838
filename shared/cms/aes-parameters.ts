import type { Bytes } from '../bytes.ts'

/** The modes of AES that content is encrypted in, with their parameters as WebCrypto takes them. */
export type AesParameters =
  | { readonly name: 'AES-CBC'; readonly iv: Bytes }
  | {
      readonly name: 'AES-GCM'
      readonly iv: Bytes
      /** In bits. */
      readonly tagLength: number
      readonly additionalData: Bytes
    }
  | {
      readonly name: 'AES-CTR'
      /** The first counter block, 16 octets. */
      readonly counter: Bytes
      /** Bits of it that count. */
      readonly length: number
    }
