import { z } from 'zod'
import { certificateBytes, keyPurpose } from '../keys.ts'
import { wireBytes } from '../wire.ts'
import { outcomeAnswer } from './changes.ts'
import { adminKeySchema } from './keys.ts'

const MOST_CERTIFICATES = 10

/** The key's own first. */
const certificates = z.array(certificateBytes).min(1).max(MOST_CERTIFICATES)

/**
 * `GET /admin/import-key`: DER SubjectPublicKeyInfo of the pair in the token that keys to be imported are wrapped for.
 * `postern hsm import-key` shows its SHA-256 at the machine, to compare: tokens attest nothing to a browser.
 */
export const importKeyAnswer = z.object({ spki: wireBytes(1, 1024) })

/** `POST /admin/imports`: a private key that only the token can unwrap (`shared/pkcs12/wrap.ts`). */
export const importRequest = z.object({
  /** A username. */
  user: z.string().min(1).max(64),
  purpose: keyPurpose,
  certificates,
  wrappedKek: wireBytes(256, 512),
  wrappedKey: wireBytes(16, 8 * 1024),
})

/**
 * Answer to it (status 201). The key is in the token and off: that it works takes a second administrator. `retired`:
 * why it will open old mail only, or null.
 */
export const importAnswer = z.object({
  key: adminKeySchema,
  retired: z.string().nullable(),
  outcome: outcomeAnswer,
})

/** `POST /admin/keys/{id}/certificate`: what an authority issued for a key, and those above it in any order. */
export const certificateRequest = z.object({ certificates })
