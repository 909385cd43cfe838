import {
  constants,
  createCipheriv,
  createHash,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  publicEncrypt,
  diffieHellman,
} from 'node:crypto'
import { contextExplicit, octetString, oid, sequence } from '#shared/asn1/writer.ts'
import type { Recipient } from '#shared/contract/keys.ts'

/** Recipient entries made by node:crypto, the hand that is not ours. */

type Agreement = Extract<Recipient, { kind: 'kari' }>
export type OaepHash = Extract<Recipient, { algorithm: 'rsa-oaep' }>['oaep']['hash']

export function pkcs1Entry(publicKey: KeyObject, contentKey: Uint8Array): Recipient {
  const padded = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, contentKey)
  return { kind: 'ktri', algorithm: 'rsa-pkcs1', encryptedKey: new Uint8Array(padded) }
}

/** One hash for label and mask: node:crypto knows no other. */
export function oaepEntry(publicKey: KeyObject, contentKey: Uint8Array, hash: OaepHash): Recipient {
  const how = { key: publicKey, oaepHash: hash.replace('-', '') }
  const padded = publicEncrypt({ ...how, padding: constants.RSA_PKCS1_OAEP_PADDING }, contentKey)
  const oaep = { hash, mgfHash: hash }
  return { kind: 'ktri', algorithm: 'rsa-oaep', oaep, encryptedKey: new Uint8Array(padded) }
}

/** A block with padding of the caller's choice, encrypted as it is. */
export function rawBlock(publicKey: KeyObject, block: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block))
}

const WRAP_OIDS = {
  'aes-128': '2.16.840.1.101.3.4.1.5',
  'aes-192': '2.16.840.1.101.3.4.1.25',
  'aes-256': '2.16.840.1.101.3.4.1.45',
} as const

/** ECDH or X25519 with a fresh pair of the sender (RFC 5753 §3.1, RFC 8418 §2). */
export function agreementEntry(
  publicKey: KeyObject,
  contentKey: Uint8Array,
  how: Pick<Agreement, 'scheme' | 'wrap' | 'ukm'>,
): Agreement {
  const sender = senderFor(publicKey)
  const secret = diffieHellman({ privateKey: sender.privateKey, publicKey })
  const bits = Number(how.wrap.slice(4))
  const kek = keyEncryptionKey(secret, bits, how)
  const cipher = createCipheriv(`id-aes${bits}-wrap`, kek, Buffer.alloc(8, 0xa6))
  const encryptedKey = new Uint8Array(Buffer.concat([cipher.update(contentKey), cipher.final()]))
  const originator = new Uint8Array(sender.publicKey.export({ format: 'der', type: 'spki' }))
  return { kind: 'kari', originator, ...how, encryptedKey }
}

function senderFor({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  if (asymmetricKeyType === 'x25519') return generateKeyPairSync('x25519')
  return generateKeyPairSync('ec', { namedCurve: asymmetricKeyDetails?.namedCurve ?? '' })
}

function keyEncryptionKey(
  secret: Buffer,
  bits: number,
  how: Pick<Agreement, 'scheme' | 'wrap' | 'ukm'>,
): Buffer {
  const info = sharedInfo(how, bits)
  const [, hkdf] = /^dh-std-hkdf-(.*)$/.exec(how.scheme) ?? []
  if (hkdf === undefined) return derive(secret, bits / 8, info, how.scheme.replace('dh-std-', ''))
  return Buffer.from(hkdfSync(hkdf, secret, how.ukm ?? Buffer.alloc(0), info, bits / 8))
}

function sharedInfo({ wrap, ukm }: Pick<Agreement, 'wrap' | 'ukm'>, bits: number): Uint8Array {
  return sequence(
    sequence(oid(WRAP_OIDS[wrap])),
    ...(ukm === undefined ? [] : [contextExplicit(0, octetString(ukm))]),
    contextExplicit(2, octetString(Uint8Array.of(0, 0, bits >> 8, bits & 255))),
  )
}

function derive(secret: Buffer, length: number, info: Uint8Array, hash: string): Buffer {
  const blocks = [1, 2].map((counter) =>
    createHash(hash)
      .update(secret)
      .update(Uint8Array.of(0, 0, 0, counter))
      .update(info)
      .digest(),
  )
  return Buffer.concat(blocks).subarray(0, length)
}
