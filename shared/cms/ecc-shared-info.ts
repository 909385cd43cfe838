/** Key derivation of ECDH in CMS (RFC 5753): the same two functions for who sends and who opens. */
import { contextExplicit, octetString, sequence } from '../asn1/writer.ts'
import { type Bytes, concat } from '../bytes.ts'
import type { WrapName } from './algorithms.ts'
import { wrapIdentifier } from './key-agreement.ts'

/** Octets of the key-encryption key that each wrap takes. */
export const WRAP_KEY_BYTES: Readonly<Record<WrapName, number>> = {
  'aes-128': 16,
  'aes-192': 24,
  'aes-256': 32,
}

/**
 * DER ECC-CMS-SharedInfo (RFC 5753 §7.2): binds the derived key to the wrap and to the sender's material.
 * @param ukm user keying material of the recipient entry, if it has any
 */
export function eccCmsSharedInfo(wrap: WrapName, ukm: Uint8Array | null): Bytes {
  const bits = new Uint8Array(4)
  new DataView(bits.buffer).setUint32(0, WRAP_KEY_BYTES[wrap] * 8)
  return sequence(
    wrapIdentifier(wrap),
    ...(ukm === null ? [] : [contextExplicit(0, octetString(ukm))]),
    contextExplicit(2, octetString(bits)),
  )
}

/**
 * The key derivation function of ANSI X9.63 (SEC 1 §3.6.1): hash(secret ‖ counter ‖ sharedInfo), as often
 * as it takes. What lay in between is overwritten.
 * @param hash of the scheme; given, because WebCrypto has no SHA-224
 * @param length octets wanted
 */
export async function x963Kdf(of: {
  readonly hash: (data: Bytes) => Bytes | Promise<Bytes>
  readonly secret: Uint8Array
  readonly sharedInfo: Uint8Array
  readonly length: number
}): Promise<Bytes> {
  const derived = new Uint8Array(of.length)
  const input = concat(of.secret, new Uint8Array(4), of.sharedInfo)
  const counter = new DataView(input.buffer, of.secret.length, 4)
  let round = 0
  for (let at = 0; at < of.length;) {
    counter.setUint32(0, ++round)
    const block = await of.hash(input)
    derived.set(block.subarray(0, of.length - at), at)
    at += block.length
    block.fill(0)
  }
  input.fill(0)
  return derived
}
