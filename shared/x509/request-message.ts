/**
 * Requests for certificates of keys that sign nothing, and so cannot sign a PKCS #10 request: CRMF (RFC 4211). The
 * proof that the asker has the key comes afterwards: the authority encrypts the certificate to it (§4.2, §4.3).
 */
import { contextExplicit, contextImplicit, integer, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { encodeRequestedExtensions } from './encode-extensions.ts'
import { parsePublicKey } from './public-key.ts'
import type { RequestFields } from './request.ts'

// Tags of CertTemplate (RFC 4211 §5), of ProofOfPossession (§4) and of POPOPrivKey (§4.2).
const SUBJECT = 5
const PUBLIC_KEY = 6
const EXTENSIONS = 9
const KEY_ENCIPHERMENT = 2
const KEY_AGREEMENT = 3
const SUBSEQUENT_MESSAGE = 1
const ENCRYPTED_CERTIFICATE = 0

/** DER CertReqMessages with one request (RFC 4211 §3). */
export function encodeRequestMessage({ subject, spki, extensions }: RequestFields): Bytes {
  const template = sequence(
    contextExplicit(SUBJECT, subject), // a Name is a CHOICE: its tag stays
    contextImplicit(PUBLIC_KEY, spki),
    contextImplicit(EXTENSIONS, encodeRequestedExtensions(extensions)),
  )
  const proof = parsePublicKey(spki).kind === 'rsa' ? KEY_ENCIPHERMENT : KEY_AGREEMENT
  const later = contextImplicit(SUBSEQUENT_MESSAGE, integer(ENCRYPTED_CERTIFICATE))
  return sequence(sequence(sequence(integer(0), template), contextExplicit(proof, later)))
}
