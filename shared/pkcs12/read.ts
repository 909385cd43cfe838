import { childrenOf, type Cursor, type Element, encodedOf, read } from '../asn1/reader.ts'
import { context, INTEGER, OCTET_STRING, OID, SEQUENCE } from '../asn1/tags.ts'
import { octetsOf, oidOf, smallIntegerOf } from '../asn1/values.ts'
import { Budget } from '../budget.ts'
import type { Bytes } from '../bytes.ts'
import { isPosternError } from '../errors.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import { malformed, unsupported } from './failure.ts'
import { MAX_BAGS, MAX_DERIVATIONS, MAX_FILE_BYTES } from './limits.ts'
import { checkMac } from './mac.ts'
import { decryptByPassword } from './password-encryption.ts'

/** What a key file holds. `privateKeys` are DER PrivateKeyInfo (RFC 5208): secrets, to be overwritten after use. */
export type KeyFile = {
  readonly privateKeys: readonly Bytes[]
  readonly certificates: readonly Certificate[]
}

const DATA = '1.2.840.113549.1.7.1'
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6'
const KEY_BAG = '1.2.840.113549.1.12.10.1.1'
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2'
const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3'
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1'

/**
 * Opens a PKCS #12 file (RFC 7292) that a password protects; `.p12` and `.pfx` are such files.
 * @throws PosternError `pkcs12/wrong-password`, `pkcs12/malformed`, `pkcs12/unsupported`
 */
export async function readPkcs12(file: Bytes, password: string): Promise<KeyFile> {
  if (file.length > MAX_FILE_BYTES) throw unsupported('larger than 256 KiB')
  try {
    return await readFile(file, password)
  } catch (error) {
    if (!isPosternError(error) || error.code.startsWith('pkcs12/')) throw error
    throw malformed('its structure is damaged')
  }
}

async function readFile(file: Bytes, password: string): Promise<KeyFile> {
  const whole = read(file, 'ber')
  const fields = whole.sequence()
  whole.end()
  if (smallIntegerOf(fields.next(INTEGER)) !== 3) throw unsupported('an unknown version')
  const content = contentOf(fields.sequence(), DATA)
  if (fields.atEnd) throw unsupported('without a MAC')
  await checkMac(fields, content, password)
  fields.end()
  const found = { privateKeys: [] as Bytes[], certificates: [] as Certificate[] }
  const decrypt = boundedDecryption(password)
  const parts = read(content, 'ber').sequence()
  for (const part of parts.rest(MAX_BAGS)) {
    const bags = read(await safeContents(part, decrypt), 'ber').sequence()
    for (const bag of bags.rest(MAX_BAGS)) await takeBag(childrenOf(bag), decrypt, found)
  }
  return found
}

type Decrypt = (algorithm: AlgorithmIdentifier, ciphertext: Bytes) => Promise<Bytes>

/** By the password, as often as an honest file needs it: the file says how long each time takes. */
function boundedDecryption(password: string): Decrypt {
  const derivations = new Budget(MAX_DERIVATIONS)
  return async (algorithm, ciphertext) => {
    if (!derivations.spend()) throw unsupported('with too many encrypted parts')
    return decryptByPassword(algorithm, ciphertext, password)
  }
}

/** The octets of a ContentInfo of this type. */
function contentOf(info: Cursor, type: string): Bytes {
  const actual = oidOf(info.next(OID))
  if (actual !== type) throw unsupported(`protected by ${actual}`)
  const inside = childrenOf(info.next(context(0)))
  info.end()
  const octets = octetsOf(inside.next(OCTET_STRING))
  inside.end()
  return octets
}

/** DER SafeContents of one ContentInfo, plain or encrypted. */
async function safeContents(part: Element, decrypt: Decrypt): Promise<Bytes> {
  const peeked = childrenOf(part)
  if (oidOf(peeked.next(OID)) !== ENCRYPTED_DATA) return contentOf(childrenOf(part), DATA)
  const tagged = childrenOf(peeked.next(context(0)))
  const data = tagged.sequence()
  smallIntegerOf(data.next(INTEGER))
  const info = data.sequence()
  oidOf(info.next(OID))
  const algorithm = readAlgorithmIdentifier(info)
  const ciphertext = octetsOf(info.next(context(0)))
  return decrypt(algorithm, ciphertext)
}

type Found = { readonly privateKeys: Bytes[]; readonly certificates: Certificate[] }

async function takeBag(bag: Cursor, decrypt: Decrypt, into: Found): Promise<void> {
  const type = oidOf(bag.next(OID))
  const value = childrenOf(bag.next(context(0))).next(SEQUENCE)
  switch (type) {
    case KEY_BAG:
      into.privateKeys.push(encodedOf(value).slice())
      break
    case SHROUDED_KEY_BAG: {
      const fields = childrenOf(value)
      const algorithm = readAlgorithmIdentifier(fields)
      const ciphertext = octetsOf(fields.next(OCTET_STRING))
      into.privateKeys.push(await decrypt(algorithm, ciphertext))
      break
    }
    case CERTIFICATE_BAG: {
      const fields = childrenOf(value)
      if (oidOf(fields.next(OID)) !== X509_CERTIFICATE) break
      const der = octetsOf(childrenOf(fields.next(context(0))).next(OCTET_STRING))
      into.certificates.push(parseCertificate(der.slice()))
    }
  }
}
