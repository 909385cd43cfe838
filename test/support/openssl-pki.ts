import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bytes } from '#shared/bytes.ts'
import type { Certificate } from '#shared/x509/certificate.ts'
import { openssl } from './openssl.ts'
import { certificatesOfPem } from './pem.ts'
import { softwareKey, type SoftwareKey } from './software-keys.ts'

/** Kinds of keys that openssl makes for us, with its arguments. */
const KEY_KINDS = {
  'rsa-2048': ['-newkey', 'rsa:2048'],
  'rsa-1024': ['-newkey', 'rsa:1024'],
  'ec-p256': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'ec-p384': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'ec-p521': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  ed25519: ['-newkey', 'ed25519'],
} as const
/** An X25519 key signs nothing, so not even a request for its own certificate. */
export type KeyKind = keyof typeof KEY_KINDS | 'x25519'

export type Identity = {
  /** Also the name of its files in the folder: `<name>.pem`, `<name>.key`. */
  readonly name: string
  readonly address: string
  readonly kind: KeyKind
  readonly keyUsage: string
  /** More extensions, as `-addext` takes them. */
  readonly extensions?: readonly string[]
}

/** A small company made by openssl in a folder of its own: one CA, and a key for each identity. */
export class OpensslPki {
  readonly folder = mkdtempSync(join(tmpdir(), 'postern-pki-'))
  readonly ca: Certificate
  readonly #keys = new Map<string, SoftwareKey>()

  constructor(identities: readonly Identity[]) {
    const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign']
    this.#request('ca', ['-newkey', 'rsa:2048', '-subj', '/CN=Test CA', ...usage])
    this.ca = this.#certificate('ca')
    for (const identity of identities) this.#keys.set(identity.name, this.#make(identity))
  }

  key(name: string): SoftwareKey {
    const key = this.#keys.get(name)
    if (key === undefined) throw new TypeError(`no identity ${name}`)
    return key
  }

  /** Writes a file into the folder, for openssl to read. */
  write(name: string, bytes: Uint8Array): void {
    writeFileSync(join(this.folder, name), bytes)
  }

  /** Runs openssl in the folder. */
  openssl(args: readonly string[], input?: Uint8Array): Bytes {
    return openssl(this.folder, args, input)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #make({ name, address, kind, keyUsage, extensions = [] }: Identity): SoftwareKey {
    const added = [
      'basicConstraints=critical,CA:FALSE',
      `keyUsage=critical,${keyUsage}`,
      `subjectAltName=email:${address}`,
      ...extensions,
    ]
    const issuer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-subj', `/CN=${name}`]
    if (kind === 'x25519') this.#issue(name, issuer, added)
    else {
      const addext = added.flatMap((text) => ['-addext', text])
      this.#request(name, [...KEY_KINDS[kind], ...issuer, ...addext])
    }
    const pem = readFileSync(join(this.folder, `${name}.key`), 'utf8')
    return softwareKey(name, this.#certificate(name), pem)
  }

  #issue(name: string, issuer: readonly string[], extensions: readonly string[]): void {
    const key = `${name}.key`
    this.openssl(['genpkey', '-algorithm', 'X25519', '-out', key])
    this.write(`${name}.pub`, this.openssl(['pkey', '-in', key, '-pubout']))
    this.write(`${name}.ext`, new TextEncoder().encode(extensions.join('\n')))
    const made = ['-force_pubkey', `${name}.pub`, '-extfile', `${name}.ext`, '-days', '30']
    this.openssl(['x509', '-new', ...issuer, ...made, '-out', `${name}.pem`])
  }

  #request(name: string, args: readonly string[]): void {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`]
    openssl(this.folder, ['req', '-x509', '-nodes', '-days', '30', ...files, ...args])
  }

  #certificate(name: string): Certificate {
    const [certificate] = certificatesOfPem(readFileSync(join(this.folder, `${name}.pem`), 'utf8'))
    if (certificate === undefined) throw new Error('openssl made no certificate')
    return certificate
  }
}

/** Alice (RSA), Bob (P-256) and Carol (P-384), each with a key to sign and a key to decrypt. */
export const CORRESPONDENTS: readonly Identity[] = [
  {
    name: 'alice-sign',
    address: 'alice@example.com',
    kind: 'rsa-2048',
    keyUsage: 'digitalSignature',
  },
  { name: 'alice', address: 'alice@example.com', kind: 'rsa-2048', keyUsage: 'keyEncipherment' },
  { name: 'bob-sign', address: 'bob@example.com', kind: 'ec-p256', keyUsage: 'digitalSignature' },
  { name: 'bob', address: 'bob@example.com', kind: 'ec-p256', keyUsage: 'keyAgreement' },
  {
    name: 'carol-sign',
    address: 'carol@example.com',
    kind: 'ec-p384',
    keyUsage: 'digitalSignature',
  },
  { name: 'carol', address: 'carol@example.com', kind: 'ec-p384', keyUsage: 'keyAgreement' },
]
