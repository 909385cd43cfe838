import type { Encoding, Form, Mode, Scheme, Transport } from './peer.ts'

/** One thing that a peer does, for Postern to understand, or that Postern does for it. */
export type Cell =
  | {
      readonly act: 'encrypts'
      readonly transport: Transport
      readonly mode: Mode
      readonly encoding: Encoding
    }
  | { readonly act: 'decrypts'; readonly transport: Transport; readonly mode: Mode }
  | { readonly act: 'signs' | 'verifies'; readonly scheme: Scheme; readonly form: Form }

const TRANSPORTS: readonly Transport[] = [
  'rsa-pkcs1',
  'rsa-oaep-sha1',
  'rsa-oaep-sha256',
  'p256',
  'p384',
  'p521',
  'x25519',
]
const MODES: readonly Mode[] = ['cbc', 'gcm']
const ENCODINGS: readonly Encoding[] = ['der', 'ber']
const SCHEMES: readonly Scheme[] = ['rsa', 'pss', 'ecdsa', 'ed25519']
const FORMS: readonly Form[] = ['detached', 'opaque']

const envelopes = TRANSPORTS.flatMap((transport) => MODES.map((mode) => ({ transport, mode })))
const signatures = SCHEMES.flatMap((scheme) => FORMS.map((form) => ({ scheme, form })))

/** Everything that there is to try with each peer. Postern itself writes DER alone, so only peers differ in that. */
export const CELLS: readonly Cell[] = [
  ...envelopes.flatMap((how) =>
    ENCODINGS.map((encoding): Cell => ({ act: 'encrypts', ...how, encoding })),
  ),
  ...envelopes.map((how): Cell => ({ act: 'decrypts', ...how })),
  ...signatures.map((how): Cell => ({ act: 'signs', ...how })),
  ...signatures.map((how): Cell => ({ act: 'verifies', ...how })),
]
