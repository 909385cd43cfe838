import { z } from 'zod'
import { parseBase64url } from '../base64.ts'
import type { Bytes } from '../bytes.ts'
import { isPosternError } from '../errors.ts'

/** Bytes as base64url text; `min` and `max` count bytes. */
export function wireBytes(min: number, max: number) {
  return z
    .string()
    .max(Math.ceil((max * 4) / 3))
    .meta({ contentEncoding: 'base64url' }) // RFC 4648 §5, without padding
    .transform((text, context): Bytes => {
      const bytes = bytesOrNull(text)
      if (bytes !== null && bytes.length >= min && bytes.length <= max) return bytes
      context.addIssue(`expected ${min} to ${max} bytes as base64url`)
      return z.NEVER
    })
}

function bytesOrNull(text: string): Bytes | null {
  try {
    return parseBase64url(text)
  } catch (error) {
    if (isPosternError(error)) return null
    throw error
  }
}

/** An id made by the server: 128 random bits as base64url. */
export const idSchema = z.string().regex(/^[A-Za-z0-9_-]{22}$/)

/** ISO 8601 in UTC. */
export const instantSchema = z.iso.datetime()
