import { type Bytes, hex } from '#shared/bytes.ts'
import type { Certificate } from '#shared/x509/certificate.ts'
import type { OpensslPki } from './openssl-pki.ts'

/** What the authority's database says of a certificate; `reason` in the spelling of openssl. */
export type Standing = {
  readonly certificate: Certificate
  readonly revoked?: Date
  readonly reason?: string
}

/** Times that openssl is to write; now and tomorrow if not said otherwise. */
export type CrlFields = {
  readonly thisUpdate?: Date
  readonly nextUpdate?: Date
  /** Of the CRL, as a configuration of openssl has them. */
  readonly extensions?: readonly string[]
  /** Names of files in the folder: who signs. */
  readonly signer?: string
  readonly digest?: string
}

const DAY = 86_400_000

/** A DER CRL made by `openssl ca -gencrl`. */
export function opensslCrl(
  pki: OpensslPki,
  standings: readonly Standing[],
  fields: CrlFields = {},
): Bytes {
  const { thisUpdate = new Date(), nextUpdate = new Date(+thisUpdate + DAY) } = fields
  const { extensions = [], signer = 'ca', digest = 'sha256' } = fields
  writeIndex(pki, standings)
  writeText(pki, 'crlnumber', '01\n')
  const settings = `[ca]\ndefault_ca=a\n[a]\ndatabase=index\ncrlnumber=crlnumber\ndefault_md=${digest}\n`
  writeText(
    pki,
    'crl.cnf',
    `${settings}[x]\nauthorityKeyIdentifier=keyid\n${extensions.join('\n')}\n`,
  )
  const times = ['-crl_lastupdate', asn1Time(thisUpdate), '-crl_nextupdate', asn1Time(nextUpdate)]
  const who = ['-cert', `${signer}.pem`, '-keyfile', `${signer}.key`]
  const config = ['-config', 'crl.cnf', '-crlexts', 'x']
  pki.openssl(['ca', '-gencrl', ...config, ...who, ...times, '-out', 'crl.pem'])
  return pki.openssl(['crl', '-in', 'crl.pem', '-outform', 'DER'])
}

/** A DER OCSPResponse of `openssl ocsp` to a request in DER. `more` are further arguments. */
export function opensslOcsp(
  pki: OpensslPki,
  request: Bytes,
  standings: readonly Standing[],
  { signer = 'ca', more = ['-ndays', '1'] }: { signer?: string; more?: readonly string[] } = {},
): Bytes {
  writeIndex(pki, standings)
  pki.write('request.der', request)
  const authority = ['-index', 'index', '-CA', 'ca.pem']
  const who = ['-rsigner', `${signer}.pem`, '-rkey', `${signer}.key`]
  const files = ['-reqin', 'request.der', '-respout', '-']
  return pki.openssl(['ocsp', ...authority, ...who, ...files, ...more])
}

/** The database of `openssl ca`: state, expiry, revocation, number, file, subject. */
function writeIndex(pki: OpensslPki, standings: readonly Standing[]): void {
  const lines = standings.map(({ certificate: { serial, notAfter }, revoked, reason }) => {
    const number = hex(serial).toUpperCase().replace(/^00/, '')
    const why = reason === undefined ? '' : `,${reason}`
    const [state, when] = revoked === undefined ? ['V', ''] : ['R', `${asn1Time(revoked)}${why}`]
    return [state, asn1Time(notAfter), when, number, 'unknown', `/CN=${number}`].join('\t')
  })
  writeText(pki, 'index', lines.map((line) => `${line}\n`).join(''))
  writeText(pki, 'index.attr', 'unique_subject = no\n')
}

/** YYMMDDHHMMSSZ. */
function asn1Time(date: Date): string {
  return `${date.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`
}

function writeText(pki: OpensslPki, name: string, text: string): void {
  pki.write(name, new TextEncoder().encode(text))
}
