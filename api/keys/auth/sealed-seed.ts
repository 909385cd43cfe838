import { base64url, parseBase64url } from '#shared/base64.ts'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import type { Hsm } from '../../hsm/port.ts'

/** The seed (base32 text) as it is stored: sealed by the token, of use for this user's row only. */
export async function sealSeed(hsm: Hsm, userId: string, seed: string): Promise<string> {
  return base64url(await hsm.protect(utf8(seed), contextOf(userId)))
}

/** @throws PosternError `token/broken` for a seed that was moved or changed, `hsm/unavailable` */
export async function revealSeed(hsm: Hsm, userId: string, sealed: string): Promise<string> {
  return new TextDecoder().decode(await hsm.reveal(parseBase64url(sealed), contextOf(userId)))
}

function contextOf(userId: string): Bytes {
  return utf8(`postern/v1 totp\n${userId}`)
}
