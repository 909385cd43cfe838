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

/** A hardware token's button is pressed in a pocket a few times (RFC 4226 §7.4). */
const LOOK_AHEAD = 10
/** With two codes in a row a guess is hopeless, and the token may be as far away as otplib looks. */
const RESYNCHRONISE = 99

/** A hardware token as far as its codes go: base32 text, and the counter that its next code is expected to have. */
export type HotpToken = {
  readonly seed: string
  readonly counter: number
  readonly digits: number
}

/**
 * The RFC 4226 counter whose code this is, not below the token's own; null when it is none that is looked at.
 * @param next the code after `code`, when the token has run far ahead
 */
export async function matchCounter(
  token: HotpToken,
  code: string,
  next?: string,
): Promise<number | null> {
  const { seed: secret, counter, digits } = token
  if (code.length !== digits) return null
  const known = { strategy: 'hotp', secret, digits: digits === 8 ? 8 : 6 } as const
  const counterTolerance = next === undefined ? LOOK_AHEAD : RESYNCHRONISE - 1
  const first = await verify({ ...known, token: code, counter, counterTolerance })
  if (!first.valid) return null
  const matched = counter + first.delta
  if (next === undefined) return matched
  if (next.length !== digits) return null
  const second = await verify({ ...known, token: next, counter: matched + 1 })
  return second.valid ? matched : null
}

/** The code that a hardware token shows at that counter. For the demo and for tests. */
export function hotpCode({ seed: secret, counter, digits }: HotpToken): Promise<string> {
  return generate({ strategy: 'hotp', secret, counter, digits: digits === 8 ? 8 : 6 })
}

/** The code that an authenticator app shows at that moment. For the demo and for tests. */
export function currentCode(seed: string, at: Date): Promise<string> {
  return generate({ secret: seed, epoch: Math.floor(at.getTime() / 1000) })
}
