import type { Bytes } from '#shared/bytes.ts'
import type { OpensslPki } from '#test/support/openssl-pki.ts'
import { type Form, KEY_OF, type Peer, type Scheme, SIGNER_OF, type Transport } from './peer.ts'
import { runPeer } from './program.ts'

const TRANSPORT_OPTIONS: Partial<Record<Transport, string>> = {
  'rsa-oaep-sha1': 'rsa_padding_mode:oaep',
  'rsa-oaep-sha256': 'rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256',
}

/** The openssl command line, in the folder of the PKI that it made. */
export function opensslPeer(pki: OpensslPki): Peer {
  const cms = (args: readonly string[], input: Bytes): Bytes =>
    runPeer('openssl', ['cms', ...args, '-binary'], { cwd: pki.folder, input })
  return {
    name: 'openssl cms',
    encrypt({ transport, mode, encoding }, content) {
      const options = TRANSPORT_OPTIONS[transport]?.split(' ') ?? []
      const keyopt = options.length === 0 ? [] : ['-keyopt', ...options]
      const stream = encoding === 'ber' ? ['-stream'] : []
      const to = ['-recip', `${KEY_OF[transport]}.pem`, ...keyopt]
      return cms(['-encrypt', `-aes-256-${mode}`, '-outform', 'DER', ...stream, ...to], content)
    },
    decrypt({ transport }, object) {
      const key = KEY_OF[transport]
      const as = ['-recip', `${key}.pem`, '-inkey', `${key}.key`]
      return cms(['-decrypt', '-inform', 'DER', ...as], object)
    },
    sign: ({ scheme, form }, content) =>
      cms(
        ['-sign', '-outform', 'DER', ...formOptions(form, scheme), ...signerOptions(scheme)],
        content,
      ),
    verify(object, content) {
      const beside = content === null ? [] : ['-content', 'content']
      if (content !== null) pki.write('content', content)
      cms(['-verify', '-inform', 'DER', '-CAfile', 'ca.pem', ...beside], object)
    },
    close: () => undefined,
  }
}

/** Opaque ones as a stream, but for PSS: OpenSSL 3.0 fails to sign that at the end of one. */
function formOptions(form: Form, scheme: Scheme): string[] {
  if (form === 'detached') return []
  return scheme === 'pss' ? ['-nodetach'] : ['-nodetach', '-stream']
}

function signerOptions(scheme: Scheme): string[] {
  const name = SIGNER_OF[scheme]
  const padding = scheme === 'pss' ? ['-keyopt', 'rsa_padding_mode:pss'] : []
  return ['-signer', `${name}.pem`, '-inkey', `${name}.key`, '-md', 'sha256', ...padding]
}
