import type { Certificate } from '#shared/x509/certificate.ts'
import { type OpenSsl, openOpenSsl } from './openssl.ts'
import { certificatesOfPem } from './pem.ts'
import { softwareKey, type SoftwareKey } from './software-keys.ts'

/** A key that openssl makes, in its own words. */
export type OpenSslKey = readonly [algorithm: string, ...parameters: string[]]

export const RSA_2048: OpenSslKey = ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048']
export const RSA_1024: OpenSslKey = ['RSA', '-pkeyopt', 'rsa_keygen_bits:1024']

/** A named curve: `P-256`, `P-384`, `P-521`. */
export function curve(name: string): OpenSslKey {
  return ['EC', '-pkeyopt', `ec_paramgen_curve:${name}`]
}

/** A small PKI made by openssl: `ca.pem`, `ca.key`, and `<name>.pem`, `<name>.key` for each `issue`. */
export type OpenSslCompany = OpenSsl & {
  readonly authority: Certificate
  /** Makes a key for `<name>@example.com`, with its certificate. */
  issue(name: string, key: OpenSslKey, use: 'sign' | 'encrypt'): void
  certificate(name: string): Certificate
  /** The private key, too. */
  key(name: string): SoftwareKey
}

const USES = {
  sign: 'digitalSignature,nonRepudiation',
  encrypt: 'keyEncipherment,keyAgreement',
} as const

const DAYS = '365'
const CA = ['-CA', 'ca.pem', '-CAkey', 'ca.key']

/** Founds the company with an RSA root. Call `remove` in the end. */
export function openOpenSslCompany(): OpenSslCompany {
  const openssl = openOpenSsl()
  const text = (name: string): string => new TextDecoder().decode(openssl.read(name))
  const certificate = (name: string): Certificate => certificatesOfPem(text(`${name}.pem`))[0]!
  makeKey(openssl, 'ca', RSA_2048)
  makeCertificate(openssl, 'ca', [], ['keyUsage=critical,keyCertSign,cRLSign'])
  return {
    ...openssl,
    authority: certificate('ca'),
    certificate,
    key: (name) => softwareKey(name, certificate(name), text(`${name}.key`)),
    issue(name, key, use) {
      makeKey(openssl, name, key)
      makeCertificate(openssl, name, CA, [
        'basicConstraints=critical,CA:FALSE',
        `subjectAltName=email:${name}@example.com`,
        `keyUsage=critical,${USES[use]}`,
        'extendedKeyUsage=emailProtection',
      ])
    },
  }
}

function makeKey(openssl: OpenSsl, name: string, [algorithm, ...parameters]: OpenSslKey): void {
  openssl.run('genpkey', '-algorithm', algorithm, ...parameters, '-out', `${name}.key`)
}

function makeCertificate(
  openssl: OpenSsl,
  name: string,
  issuer: readonly string[],
  extensions: readonly string[],
): void {
  const subject = ['-subj', `/C=DE/O=Example/CN=${name}`, '-days', DAYS]
  const added = extensions.flatMap((extension) => ['-addext', extension])
  const files = ['-key', `${name}.key`, '-out', `${name}.pem`]
  openssl.run('req', '-x509', ...files, ...issuer, ...subject, ...added)
}
