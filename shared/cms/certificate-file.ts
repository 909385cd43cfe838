import type { Bytes } from '../bytes.ts'
import { isPosternError, PosternError } from '../errors.ts'
import { decodePem } from '../pem.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { parseContentInfo } from './content-info.ts'
import { parseSignedData } from './signed-data.ts'

const MOST = 20 // certificates in one file: a chain and its cross certificates
const LARGEST = 256 * 1024

/**
 * The certificates in a file as authorities hand it out: DER or PEM (RFC 7468), one or several, or the
 * certificates-only message that is called PKCS #7 (RFC 5652 §5.1).
 * @throws PosternError `x509/malformed` when it holds none, or too many
 */
export function readCertificateFile(file: Bytes): readonly Certificate[] {
  if (file.length > LARGEST) throw new PosternError('x509/malformed', 'The file is too large.')
  const isBinary = file[0] === 0x30
  const found = isBinary
    ? certificatesOfDer(file)
    : decodePem(new TextDecoder('latin1').decode(file)).flatMap(({ label, der }) =>
        /CERTIFICATE$|PKCS7|CMS/.test(label) ? certificatesOfDer(der) : [],
      )
  if (found.length > 0 && found.length <= MOST) return found
  const what = found.length === 0 ? 'no certificate' : 'too many certificates'
  throw new PosternError('x509/malformed', `There is ${what} in the file.`)
}

function certificatesOfDer(der: Bytes): readonly Certificate[] {
  return certificatesOfMessage(der) ?? [parseCertificate(der)]
}

/** Null where it is no CMS message: a certificate then. */
function certificatesOfMessage(der: Bytes): readonly Certificate[] | null {
  try {
    const { contentType, content } = parseContentInfo(der)
    return contentType === 'signed-data' ? parseSignedData(content).certificates : null
  } catch (error) {
    if (isPosternError(error)) return null
    throw error
  }
}
