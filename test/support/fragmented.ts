import { childrenOf, contentOf, type Element, encodedOf, readWhole } from '#shared/asn1/reader.ts'
import { CONSTRUCTED, context, OCTET_STRING, SEQUENCE, SET } from '#shared/asn1/tags.ts'
import { octetString } from '#shared/asn1/writer.ts'
import { type Bytes, concat } from '#shared/bytes.ts'

const END = new Uint8Array(2)
const CONTENT_DEPTH = 3 // below ContentInfo, its tag, and the structure itself

/** A CMS object in BER as streaming writers make it: lengths are indefinite, and the content comes in such pieces. */
export function fragmented(object: Bytes, size: number): Bytes {
  return rewrite(readWhole(object, 'der', SEQUENCE), size, 0)
}

function rewrite(element: Element, size: number, depth: number): Bytes {
  const encoded = encodedOf(element)
  const [identifier = 0] = encoded
  const isContent = element.tag === OCTET_STRING || element.tag === context(0)
  if ((identifier & CONSTRUCTED) === 0) {
    return isContent && depth > CONTENT_DEPTH
      ? inPieces(contentOf(element), identifier, size)
      : encoded
  }
  // Certificates and signers stay in DER: what was signed is over their octets.
  const isKept = depth === CONTENT_DEPTH && element.tag !== SEQUENCE
  if (isKept || element.tag === SET) return encoded
  const children = childrenOf(element)
    .rest(100)
    .map((child) => rewrite(child, size, depth + 1))
  return concat(Uint8Array.of(identifier, 0x80), ...children, END)
}

function inPieces(content: Bytes, identifier: number, size: number): Bytes {
  const pieces: Bytes[] = []
  for (let at = 0; at < content.length; at += size) {
    pieces.push(octetString(content.subarray(at, at + size)))
  }
  return concat(Uint8Array.of(identifier | CONSTRUCTED, 0x80), ...pieces, END)
}
