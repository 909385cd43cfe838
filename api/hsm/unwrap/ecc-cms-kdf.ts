import { createHash } from 'node:crypto'
import { contextExplicit, octetString, oid, sequence } from '#shared/asn1/writer.ts'
import { concat } from '#shared/bytes.ts'
import type { Recipient } from '#shared/contract/keys.ts'

type Agreement = Extract<Recipient, { kind: 'kari' }>

const WRAPS = {
  'aes-128': { keyBytes: 16, oid: '2.16.840.1.101.3.4.1.5' },
  'aes-192': { keyBytes: 24, oid: '2.16.840.1.101.3.4.1.25' },
  'aes-256': { keyBytes: 32, oid: '2.16.840.1.101.3.4.1.45' },
} as const satisfies Record<Agreement['wrap'], { keyBytes: number; oid: string }>

/** The key-encryption key: X9.63 KDF (SEC 1 §3.6.1) over ECC-CMS-SharedInfo (RFC 5753 §7.2). */
export function deriveKeyEncryptionKey(secret: Uint8Array, entry: Agreement): Uint8Array {
  const { keyBytes } = WRAPS[entry.wrap]
  const info = sharedInfo(entry)
  const hash = entry.scheme.replace('dh-std-', '')
  const blocks: Uint8Array[] = []
  for (let counter = 1, length = 0; length < keyBytes; counter++) {
    const block = createHash(hash)
      .update(secret)
      .update(Uint8Array.of(0, 0, 0, counter))
      .update(info)
      .digest()
    blocks.push(block)
    length += block.length
  }
  const whole = concat(...blocks)
  const kek = whole.slice(0, keyBytes)
  for (const spent of [...blocks, whole]) spent.fill(0)
  return kek
}

function sharedInfo({ wrap, ukm }: Agreement): Uint8Array {
  const { keyBytes, oid: algorithm } = WRAPS[wrap]
  const bits = Uint8Array.of(0, 0, (8 * keyBytes) >>> 8, (8 * keyBytes) & 0xff)
  return sequence(
    sequence(oid(algorithm)), // AES key wrap has no parameters (RFC 3565 §2.3.2)
    ...(ukm === undefined ? [] : [contextExplicit(0, octetString(ukm))]),
    contextExplicit(2, octetString(bits)),
  )
}
