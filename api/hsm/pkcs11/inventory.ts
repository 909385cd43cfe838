import pkcs11 from 'pkcs11js'
import type { Handle } from 'pkcs11js'
import { base64url } from '#shared/base64.ts'
import { concat, utf8 } from '#shared/bytes.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { Inventory } from '../port.ts'
import { findObjects, flag, readAttribute, ulongs } from './attributes.ts'
import { hmacSha256 } from './hmac.ts'
import { readKeyLabel } from './key-class.ts'
import type { KeyRing } from './key-ring.ts'
import { fingerprintOfProtection } from './protection.ts'
import { readSpki } from './public-key.ts'
import type { SystemKeys } from './system-keys.ts'
import type { Token } from './token.ts'

/** No other use of these keys has this text: entries start with their lengths (`unwrap/rejection.ts`). */
const COMPARISON = utf8('postern/token comparison')

/** What tokens are compared by that shall hold the same keys. The ring has read every key again. */
export function takeInventory(token: Token, ring: KeyRing, system: SystemKeys): Inventory {
  const usable = new Set(ring.ids())
  const keys: [string, string][] = []
  for (const handle of findObjects(token.cryptoki, token.session, PUBLIC_KEYS)) {
    const described = describe(token, handle)
    if (described !== null && usable.has(described[0])) keys.push(described)
  }
  return { system: fingerprintOfSystem(token, system), keys }
}

const PUBLIC_KEYS = [ulongs(pkcs11.CKA_CLASS, pkcs11.CKO_PUBLIC_KEY), flag(pkcs11.CKA_TOKEN, true)]

/** The id of a key of ours and a digest of its SubjectPublicKeyInfo, or null. */
function describe({ cryptoki, session }: Token, handle: Handle): [string, string] | null {
  const read = (type: number) => readAttribute(cryptoki, session, handle, type)
  const described = readKeyLabel(read(pkcs11.CKA_LABEL)?.toString('utf8') ?? '')
  if (described === null) return null
  const spki = readSpki(cryptoki, session, handle, described.algorithm)
  return [base64url(read(pkcs11.CKA_ID) ?? Buffer.alloc(0)), fingerprintOf(spki)]
}

/** Equal where all three system keys are: each does something that only it does so. */
function fingerprintOfSystem(token: Token, system: SystemKeys): string {
  return fingerprintOf(
    concat(
      hmacSha256(token, system.rejection, COMPARISON),
      hmacSha256(token, system.keyedHash, COMPARISON),
      fingerprintOfProtection(token, system.protection, COMPARISON),
    ),
  )
}
