import { expect, test } from 'vitest'
import { certify } from '#test/support/authority.ts'
import { contextExplicit, encode, integer, oid, sequence, setOf } from '../asn1/writer.ts'
import { type Bytes, concat, utf8 } from '../bytes.ts'
import { encodePem } from '../pem.ts'
import { readCertificateFile } from './certificate-file.ts'
import { encodeContentInfo } from './content-info.ts'

const [alice, bob] = [await certify({ name: 'alice' }), await certify({ name: 'bob' })]
const ders = [alice, bob].map(({ certificate }) => certificate.der)

/** SignedData without content and signers (RFC 5652 §5.1). */
function certificatesOnly(...certificates: readonly Bytes[]): Bytes {
  const data = sequence(oid('1.2.840.113549.1.7.1'))
  const content = sequence(integer(1), setOf(), data, contextExplicit(0, ...certificates), setOf())
  return encodeContentInfo('signed-data', content)
}

test.each<[string, Bytes, readonly Bytes[]]>([
  ['one as it is', ders[0]!, [ders[0]!]],
  ['PKCS #7', certificatesOnly(...ders), ders],
  ['PEM', utf8(ders.map((der) => encodePem({ label: 'CERTIFICATE', der })).join('')), ders],
  ['PKCS #7 as PEM', utf8(encodePem({ label: 'PKCS7', der: certificatesOnly(...ders) })), ders],
])('certificates are read of %s', (_what, file, expected) => {
  expect(readCertificateFile(file).map(({ der }) => new Uint8Array(der))).toEqual(expected)
})

test.each<[string, Bytes]>([
  ['nothing', new Uint8Array()],
  ['a key', utf8(encodePem({ label: 'PUBLIC KEY', der: alice.certificate.spki }))],
  ['a certificate with something behind it', concat(ders[0]!, ders[1]!)],
  ['another CMS object', encodeContentInfo('data', encode(4))],
  ['too many', certificatesOnly(...Array.from({ length: 21 }, () => ders[0]!))],
  ['far too much', new Uint8Array(300 * 1024)],
])('%s is refused', (_what, file) => {
  const refused = expect.objectContaining({ code: 'x509/malformed' }) as Error
  expect(() => readCertificateFile(file)).toThrow(refused)
})
