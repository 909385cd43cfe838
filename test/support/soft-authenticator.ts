import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { base64url, parseBase64url } from '#shared/base64.ts'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import type { FactorProof } from '#shared/contract/factor-proof.ts'
import type { PasskeyCreationOptions, PasskeyRequestOptions } from '#shared/contract/passkeys.ts'
import { type Cbor, encodeCbor } from './cbor.ts'

const PRESENT = 0x01
const VERIFIED = 0x04
const HAS_CREDENTIAL = 0x40

/** What an authenticator and a browser may get wrong, or be made to. */
export type Lie = {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly counter?: number
  readonly userHandle?: string
  /** The user was there, and nobody asked who it was. */
  readonly unverified?: true
}

type Answer<T> = { readonly challenge: string; readonly options: T }
type Credential = Extract<FactorProof, { kind: 'passkey' }>['credential']

/** A security key and the browser in front of it (Web Authentication Level 3 §6), with one ES256 passkey. */
export class SoftAuthenticator {
  readonly id = base64url(bytes(randomBytes(16)))
  counter = 0
  readonly #origin: string
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  #userHandle = ''

  constructor(origin: string) {
    this.#origin = origin
  }

  /** What `navigator.credentials.create` answers, as JSON, with the challenge's name. */
  create({ challenge, options }: Answer<PasskeyCreationOptions>, lie: Lie = {}) {
    this.#userHandle = options.user.id
    const authData = this.#authenticatorData(options.rp.id, lie, this.#credentialData())
    const attestation = new Map<string, Cbor>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ])
    const response = {
      clientDataJSON: this.#clientData('webauthn.create', options.challenge, lie),
      attestationObject: base64url(encodeCbor(attestation)),
      transports: ['usb'],
    }
    return { challenge, credential: { ...this.#named(), response } }
  }

  /** What `navigator.credentials.get` answers, as a proof. */
  get({ challenge, options }: Answer<PasskeyRequestOptions>, lie: Lie = {}): FactorProof {
    this.counter += 1
    const authData = this.#authenticatorData(options.rpId, lie, new Uint8Array(0))
    const clientDataJSON = this.#clientData('webauthn.get', options.challenge, lie)
    const signed = concat(authData, sha256(parseBase64url(clientDataJSON)))
    const response = {
      clientDataJSON,
      authenticatorData: base64url(authData),
      signature: base64url(bytes(sign('sha256', signed, this.#keys.privateKey))),
      userHandle: lie.userHandle ?? this.#userHandle,
    }
    const credential: Credential = { ...this.#named(), response }
    return { kind: 'passkey', challenge, credential }
  }

  #named() {
    const type = 'public-key' as const
    return { id: this.id, rawId: this.id, type, clientExtensionResults: {} }
  }

  #clientData(type: string, challenge: string, lie: Lie): string {
    const data = { type, challenge, origin: this.#origin, crossOrigin: false, ...pick(lie) }
    return base64url(utf8(JSON.stringify(data)))
  }

  #authenticatorData(rpId: string, lie: Lie, credential: Bytes): Bytes {
    const user = lie.unverified === true ? PRESENT : PRESENT | VERIFIED
    const flags = credential.length === 0 ? user : user | HAS_CREDENTIAL
    const counter = new DataView(new ArrayBuffer(4))
    counter.setUint32(0, lie.counter ?? this.counter)
    return concat(
      sha256(utf8(lie.rpId ?? rpId)),
      Uint8Array.of(flags),
      new Uint8Array(counter.buffer),
      credential,
    )
  }

  /** §6.5.1: the model (none said), the credential's id and its public key. */
  #credentialData(): Bytes {
    const id = parseBase64url(this.id)
    return concat(
      new Uint8Array(16),
      Uint8Array.of(0, id.length),
      id,
      coseKey(this.#keys.publicKey),
    )
  }
}

function pick({ origin, challenge, type }: Lie) {
  return Object.fromEntries(
    Object.entries({ origin, challenge, type }).filter(([, value]) => value !== undefined),
  )
}

/** RFC 9053 §7.1.1: EC2 (2), ES256 (-7), P-256 (1), x and y. */
function coseKey(key: KeyObject): Bytes {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return encodeCbor(
    new Map<number, number | Bytes>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, parseBase64url(x)],
      [-3, parseBase64url(y)],
    ]),
  )
}

function sha256(data: Bytes): Bytes {
  return bytes(createHash('sha256').update(data).digest())
}

function bytes(buffer: Buffer): Bytes {
  return new Uint8Array(buffer)
}
