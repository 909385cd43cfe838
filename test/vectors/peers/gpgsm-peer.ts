import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash, type KeyObject } from 'node:crypto'
import type { Bytes } from '#shared/bytes.ts'
import type { OpensslPki } from '#test/support/openssl-pki.ts'
import { IDENTITIES, KEY_OF, type Peer, Refusal, SIGNER_OF } from './peer.ts'
import { runPeer } from './program.ts'

const QUIET = [
  '--batch',
  '--no-tty',
  '--disable-dirmngr',
  '--disable-crl-checks',
  '--assume-binary',
]

/** gpgsm with an agent of its own, in a home of its own. */
export function gpgsmPeer(pki: OpensslPki): Peer {
  const home = mkdtempSync(join(tmpdir(), 'postern-gpgsm-'))
  const gpgsm = (args: readonly string[], input: Uint8Array = new Uint8Array()) =>
    runPeer('gpgsm', ['--homedir', home, ...QUIET, ...args], { input })
  fill(home, pki, gpgsm)
  const fingerprint = (name: string) => fingerprintOf(pki.key(name).certificate.der)
  return {
    name: 'gpgsm',
    encrypt({ transport, mode, encoding }, content) {
      if (transport.startsWith('rsa-oaep')) throw new Refusal('there is no option for OAEP')
      if (mode === 'gcm') throw new Refusal('there is no option for GCM')
      if (encoding === 'der') throw new Refusal('libksba writes indefinite lengths')
      const to = ['--recipient', fingerprint(KEY_OF[transport])]
      return gpgsm(['--cipher-algo', 'AES256', '--encrypt', ...to], content)
    },
    decrypt: (_, object) => gpgsm(['--decrypt'], object),
    sign({ scheme, form }, content) {
      if (scheme === 'pss') throw new Refusal('there is no option for PSS')
      const how = form === 'detached' ? '--detach-sign' : '--sign'
      return gpgsm(['--local-user', fingerprint(SIGNER_OF[scheme]), how], content)
    },
    verify(object, content) {
      writeFileSync(join(home, 'object'), object)
      writeFileSync(join(home, 'content'), content ?? '')
      const beside = content === null ? [] : [join(home, 'content')]
      gpgsm(['--verify', join(home, 'object'), ...beside])
    },
    close() {
      runPeer('gpgconf', ['--homedir', home, '--kill', 'all'])
      rmSync(home, { recursive: true, force: true })
    },
  }
}

type Gpgsm = (args: readonly string[], input?: Uint8Array) => Bytes

/** The CA as the only anchor, all certificates, and the private keys as the agent keeps them: bare, so it asks nobody. */
function fill(home: string, pki: OpensslPki, gpgsm: Gpgsm): void {
  writeFileSync(join(home, 'trustlist.txt'), `${fingerprintOf(pki.ca.der)} S relax\n`)
  writeFileSync(join(home, 'gpg-agent.conf'), 'disable-scdaemon\n')
  mkdirSync(join(home, 'private-keys-v1.d'), { mode: 0o700 })
  const certificates = IDENTITIES.map(({ name }) => pki.key(name).certificate)
  for (const { der } of [pki.ca, ...certificates]) gpgsm(['--import'], der)
  const grips = keygrips(new TextDecoder().decode(gpgsm(['--with-colons', '--list-keys'])))
  for (const { name } of IDENTITIES) {
    const { certificate, privateKey } = pki.key(name)
    const grip = grips.get(fingerprintOf(certificate.der))
    const key = agentKey(privateKey)
    if (grip !== undefined && key !== null) {
      writeFileSync(join(home, 'private-keys-v1.d', `${grip}.key`), key, { mode: 0o600 })
    }
  }
}

function fingerprintOf(der: Bytes): string {
  return createHash('sha1').update(der).digest('hex').toUpperCase()
}

/** By fingerprint, from a listing of which each certificate has an `fpr` and later a `grp` record. */
function keygrips(listing: string): Map<string, string> {
  const grips = new Map<string, string>()
  let fingerprint = ''
  for (const record of listing.split('\n').map((line) => line.split(':'))) {
    if (record[0] === 'fpr') fingerprint = record[9] ?? ''
    if (record[0] === 'grp') grips.set(fingerprint, record[9] ?? '')
  }
  return grips
}

const CURVES: Readonly<Record<string, string>> = {
  'P-256': 'NIST P-256',
  'P-384': 'NIST P-384',
  'P-521': 'NIST P-521',
}

/** libgcrypt's form of a private key, a canonical S-expression; null for a kind that it has no X.509 name for. */
function agentKey(key: KeyObject): Buffer | null {
  const { kty, crv, n, e, d, p, q, qi, x, y } = key.export({ format: 'jwk' })
  const number = (text = '') => Buffer.concat([Buffer.alloc(1), Buffer.from(text, 'base64url')])
  if (kty === 'RSA') {
    // Its u is the inverse of p modulo q, ours of q modulo p: the two primes change places.
    return list(
      'private-key',
      list(
        'rsa',
        pair('n', number(n)),
        pair('e', number(e)),
        pair('d', number(d)),
        pair('p', number(q)),
        pair('q', number(p)),
        pair('u', number(qi)),
      ),
    )
  }
  const curve = CURVES[crv ?? '']
  if (curve === undefined) return null
  const point = Buffer.concat([
    Uint8Array.of(4),
    Buffer.from(x ?? '', 'base64url'),
    Buffer.from(y ?? '', 'base64url'),
  ])
  return list(
    'private-key',
    list('ecc', pair('curve', Buffer.from(curve)), pair('q', point), pair('d', number(d))),
  )
}

function list(name: string, ...items: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from('('), atom(Buffer.from(name)), ...items, Buffer.from(')')])
}

function pair(name: string, value: Buffer): Buffer {
  return list(name, atom(value))
}

function atom(value: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${String(value.length)}:`), value])
}
