import { generate, generateSecret, generateURI, verify } from 'otplib'

/** RFC 6238 with what every authenticator app takes: SHA-1, six digits, steps of 30 seconds. */
const STEP_SECONDS = 30

/** A new seed: 160 bits (RFC 4226 §4, R6) as base32 text. */
export function newSeed(): string {
  return generateSecret({ length: 20 })
}

/** The `otpauth://` address that an authenticator app takes from a QR code. Holds the seed. */
export function otpauthUri(seed: string, username: string): string {
  return generateURI({ issuer: 'Postern', label: username, secret: seed })
}

/**
 * The RFC 6238 time step whose code this is, of the present one and its two neighbours; null when it is
 * none of them. Whether that step was used before is for the caller to find out.
 */
export async function matchStep(seed: string, code: string, at: Date): Promise<number | null> {
  const epoch = Math.floor(at.getTime() / 1000)
  const result = await verify({ secret: seed, token: code, epoch, epochTolerance: STEP_SECONDS })
  return result.valid ? Math.floor(epoch / STEP_SECONDS) + result.delta : null
}

/** The code that an authenticator app shows at that moment. For the demo and for tests. */
export function currentCode(seed: string, at: Date): Promise<string> {
  return generate({ secret: seed, epoch: Math.floor(at.getTime() / 1000) })
}
