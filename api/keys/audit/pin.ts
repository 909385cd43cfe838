import { createPublicKey } from 'node:crypto'
import { fingerprintOf, readAuditKey } from './checkpoint.ts'

/**
 * The fingerprint that is meant: itself, in either case and with colons, or that of a public key in PEM or DER.
 * @returns null when it is neither
 */
export function readPin(text: string, readFile: () => Buffer): string | null {
  const plain = text.replaceAll(':', '').toLowerCase()
  if (/^[0-9a-f]{64}$/.test(plain)) return plain
  try {
    const spki = derOf(readFile())
    return readAuditKey(spki) === null ? null : fingerprintOf(spki)
  } catch {
    return null // no such file, or none with a key
  }
}

function derOf(file: Buffer): Buffer {
  const key = file.includes('-----BEGIN')
    ? createPublicKey(file)
    : createPublicKey({ key: file, format: 'der', type: 'spki' })
  return key.export({ type: 'spki', format: 'der' })
}
