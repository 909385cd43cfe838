import { base64url, parseBase64url } from '#shared/base64.ts'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import type { Hsm } from '../../hsm/port.ts'
import type { CodeFactorRow } from '../../storage/schema.ts'

/** The seed (base32 text) as it is stored: sealed by the token, of use for this user's row only. */
export async function sealSeed(hsm: Hsm, userId: string, seed: string): Promise<string> {
  return base64url(await hsm.protect(utf8(seed), contextOf(userId)))
}

/**
 * The factors, each with its seed.
 * @throws PosternError `token/broken` for a seed that was moved to another user or changed, `hsm/unavailable`
 */
export function revealSeeds(
  hsm: Hsm,
  factors: readonly CodeFactorRow[],
): Promise<{ factor: CodeFactorRow; seed: string }[]> {
  return Promise.all(
    factors.map(async (factor) => ({
      factor,
      seed: await revealSeed(hsm, factor.userId, factor.sealedSeed),
    })),
  )
}

async function revealSeed(hsm: Hsm, userId: string, sealed: string): Promise<string> {
  return new TextDecoder().decode(await hsm.reveal(parseBase64url(sealed), contextOf(userId)))
}

/** For every kind of seed; the first kind gave it the name, and what was sealed then still opens. */
function contextOf(userId: string): Bytes {
  return utf8(`postern/v1 totp\n${userId}`)
}
