import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openssl } from './openssl.ts'

const CA = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign']
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']

/** A company's authorities as openssl makes them, in a folder of their own: a root, and one below it that issues. */
export class CompanyCa {
  readonly folder = mkdtempSync(join(tmpdir(), 'postern-ca-'))

  constructor() {
    const self = ['-keyout', 'root.key', '-out', 'root.pem', '-subj', '/CN=Company Root']
    this.run('req', '-x509', '-nodes', '-days', '3650', ...EC, ...self, ...CA)
    const below = ['-keyout', 'issuing.key', '-out', 'issuing.pem', '-subj', '/CN=Company Issuing']
    const ca = ['-addext', 'basicConstraints=critical,CA:TRUE', '-CA', 'root.pem']
    this.run('req', '-x509', '-nodes', ...EC, ...below, ...ca, '-CAkey', 'root.key', ...CA)
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  run(...args: string[]): string {
    return new TextDecoder().decode(openssl(this.folder, args))
  }

  /** Answers a PKCS #10 request as it asks. */
  answer(request: string, certificate: string): void {
    const issuer = ['-CA', 'issuing.pem', '-CAkey', 'issuing.key', '-copy_extensions', 'copy']
    this.run('x509', '-req', '-in', request, ...issuer, '-days', '365', '-out', certificate)
  }

  /** Certifies a bare public key with these extensions, by the one that issues or another. */
  certify(
    publicKey: string,
    certificate: string,
    extensions: readonly string[],
    { issuer = 'issuing', days = '365' } = {},
  ): void {
    writeFileSync(this.path(`${certificate}.ext`), extensions.join('\n'))
    const by = ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-subj', '/CN=Alice']
    const of = ['-force_pubkey', publicKey, '-extfile', `${certificate}.ext`]
    this.run('x509', '-new', ...by, ...of, '-days', days, '-out', certificate)
  }

  /** Puts files into one, as authorities send certificates with those above them. */
  join(into: string, ...files: readonly string[]): void {
    writeFileSync(this.path(into), files.map((file) => readFileSync(this.path(file))).join(''))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
