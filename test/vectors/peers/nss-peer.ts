import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpensslPki } from '#test/support/openssl-pki.ts'
import { IDENTITIES, KEY_OF, type Peer, Refusal, SIGNER_OF } from './peer.ts'
import { runPeer } from './program.ts'

const PASSWORD = 'none' // of the PKCS#12 files on their way; the database itself has none

/** NSS's cmsutil with a database of its own. It encrypts by 3DES to whom it has no capabilities of. */
export function nssPeer(pki: OpensslPki): Peer {
  const home = mkdtempSync(join(tmpdir(), 'postern-nss-'))
  fill(home, pki)
  const cmsutil = (args: readonly string[], input: Uint8Array) => {
    writeFileSync(join(home, 'in'), input)
    const files = ['-i', 'in', '-o', 'out']
    runPeer('cmsutil', ['-d', `sql:${home}`, ...args, ...files], { cwd: home })
    return new Uint8Array(readFileSync(join(home, 'out')))
  }
  return {
    name: 'NSS cmsutil',
    encrypt({ transport, mode, encoding }, content) {
      if (transport.startsWith('rsa-oaep')) throw new Refusal('there is no option for OAEP')
      if (mode === 'gcm') throw new Refusal('there is no option for GCM')
      if (encoding === 'der') throw new Refusal('NSS writes indefinite lengths')
      return cmsutil(['-E', '-r', KEY_OF[transport]], content)
    },
    decrypt: (_, object) => cmsutil(['-D'], object),
    sign({ scheme, form }, content) {
      if (scheme === 'pss') throw new Refusal('there is no option for PSS')
      const detached = form === 'detached' ? ['-T'] : []
      const by = ['-N', SIGNER_OF[scheme], '-Y', 'NONE'] // the key to sign is none to encrypt to
      return cmsutil(['-S', '-G', '-H', 'SHA256', ...detached, ...by], content)
    },
    verify(object, content) {
      writeFileSync(join(home, 'content'), content ?? '')
      cmsutil(['-D', ...(content === null ? [] : ['-c', 'content'])], object)
    },
    close: () => rmSync(home, { recursive: true, force: true }),
  }
}

/** The CA as the only anchor, and whatever keys NSS takes: what it cannot store it cannot use either. */
function fill(home: string, pki: OpensslPki): void {
  const database = ['-d', `sql:${home}`]
  runPeer('certutil', ['-N', ...database, '--empty-password'])
  const ca = join(pki.folder, 'ca.pem')
  runPeer('certutil', ['-A', ...database, '-n', 'ca', '-t', ',C,', '-a', '-i', ca])
  for (const { name } of IDENTITIES) {
    const file = ['-in', `${name}.pem`, '-inkey', `${name}.key`, '-name', name]
    pki.openssl(['pkcs12', '-export', ...file, '-passout', `pass:${PASSWORD}`, '-out', 'p12'])
    const from = ['-i', join(pki.folder, 'p12'), '-W', PASSWORD, '-K', '']
    try {
      runPeer('pk12util', [...database, ...from])
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }
}
