import type { Bytes } from '../bytes.ts'
import type { AesParameters } from './aes-parameters.ts'

/** Chromium has AES of 128 and 256 bits only. */
export const LACKED_KEY_BYTES = 24

/**
 * Runs AES by WebCrypto or, where this engine refuses keys of 192 bits, in software.
 * @param key 16, 24 or 32 octets
 * @throws what the engine throws on a wrong padding or tag
 */
export async function runAes(
  use: 'encrypt' | 'decrypt',
  parameters: AesParameters,
  key: Bytes,
  input: Bytes,
): Promise<Bytes> {
  const imported = await importOrNull(use, parameters.name, key)
  if (imported !== null && !hasShortNonce(parameters)) {
    return new Uint8Array(await crypto.subtle[use](parameters, imported, input))
  }
  const software = await import('./software-aes.ts')
  return software.runSoftwareAes(use, parameters, key, input)
}

/** Some engines refuse nonces below the 12 octets that everybody writes. */
function hasShortNonce(parameters: AesParameters): boolean {
  return parameters.name === 'AES-GCM' && parameters.iv.length < 12
}

/** Null where only doing it in software is left. */
async function importOrNull(use: KeyUsage, name: string, key: Bytes): Promise<CryptoKey | null> {
  try {
    return await crypto.subtle.importKey('raw', key, name, false, [use])
  } catch (error) {
    if (key.length === LACKED_KEY_BYTES) return null
    throw error
  }
}
