import type { Bytes } from '#shared/bytes.ts'
import type { Reader, UnwrapContentKey } from '#shared/smime/reader.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'

/**
 * A reader with one key, which lies elsewhere: `unwrap` asks for the content key of one recipient entry, and
 * throws when it is stopped. Nobody is trusted but the anchors.
 */
export function readerWithKey(
  key: { readonly id: string; readonly certificate: Bytes },
  anchors: readonly Bytes[],
  unwrap: UnwrapContentKey,
): Reader {
  return {
    keys: [{ id: key.id, certificate: parseCertificate(key.certificate) }],
    unwrap,
    anchors: anchors.map(parseCertificate),
    at: new Date(),
  }
}
