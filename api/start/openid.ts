import { readFileSync, statSync } from 'node:fs'
import { PosternError } from '#shared/errors.ts'
import { createOpenIdProvider, type OpenIdProvider } from '../keys/auth/openid/provider.ts'
import type { OpenIdPlace } from '../openid-settings.ts'

/**
 * The provider that is set, with its secret from its file; null when none is.
 * @throws PosternError `config/invalid` when the file cannot be read, or by others too
 */
export function openOpenId(place: OpenIdPlace | null): OpenIdProvider | null {
  if (place === null) return null
  const { secretFile, ...settings } = place
  return createOpenIdProvider({ ...settings, clientSecret: readSecret(secretFile) })
}

function readSecret(path: string): string {
  try {
    const isPrivate = (statSync(path).mode & 0o077) === 0
    const secret = readFileSync(path, 'utf8').trim()
    if (isPrivate && /^[!-~]+$/.test(secret)) return secret
  } catch (cause) {
    throw invalid(path, cause)
  }
  throw invalid(path)
}

function invalid(path: string, cause?: unknown): PosternError {
  const message = `POSTERN_OPENID_SECRET_FILE names ${path}, which must hold the secret in one line and be readable by its owner alone.`
  return new PosternError('config/invalid', message, { cause })
}
