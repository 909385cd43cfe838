/** The uses of a key in the order of their bits (RFC 5280 §4.2.1.3). */
const KEY_USES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly', // of an agreement: then nothing can be deciphered with it
] as const

/** What a key may be used for (RFC 5280 §4.2.1.3). */
export type KeyUse = (typeof KEY_USES)[number]
export type KeyUsage = Readonly<Record<KeyUse, boolean>>

/** The uses behind the bits of a KeyUsage. */
export function toKeyUsage(flags: ReadonlySet<number>): KeyUsage {
  return Object.fromEntries(KEY_USES.map((use, bit) => [use, flags.has(bit)])) as KeyUsage
}

/** The content octets of a DER BIT STRING with these uses: without trailing zero bits (X.690 §11.2.2). */
export function keyUsageBits(uses: readonly KeyUse[]): Uint8Array {
  const bits = uses.map((use) => KEY_USES.indexOf(use))
  const octet = bits.reduce((sum, bit) => sum | (0x80 >> bit), 0)
  return octet === 0 ? Uint8Array.of(0) : Uint8Array.of(7 - Math.max(...bits), octet)
}
