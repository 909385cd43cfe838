import type { KeyPurpose } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import type { Answer, Call } from './messages.ts'
import { generateKey } from './pkcs11/generate.ts'
import { hmacSha256 } from './pkcs11/hmac.ts'
import type { KeyRing } from './pkcs11/key-ring.ts'
import { protect, reveal } from './pkcs11/protection.ts'
import type { SystemKeys } from './pkcs11/system-keys.ts'
import type { Token } from './pkcs11/token.ts'
import type { TokenKey } from './port.ts'
import { sign } from './sign/sign.ts'
import { unwrapContentKey } from './unwrap/unwrap.ts'

/** A token ready for work, inside the worker. */
export type OpenedToken = {
  readonly token: Token
  readonly ring: KeyRing
  readonly system: SystemKeys
}

/** Does one operation. Each is safe to repeat: nothing counts until its answer was released. */
export async function perform({ token, ring, system }: OpenedToken, call: Call): Promise<Answer> {
  switch (call.name) {
    case 'unwrap': {
      const privateKey = ring.get(mustServe(call.ask.key, 'encrypt'))
      return unwrapContentKey(token, { privateKey, rejection: system.rejection }, call.ask)
    }
    case 'sign':
      return sign(token, ring.get(mustServe(call.ask.key, 'sign')), call.ask)
    case 'generateKey':
      return { spki: await generateKey(token, ring, call.ask.key) }
    case 'protect':
      return protect(token, system.protection, call.ask.secret, call.ask.context)
    case 'reveal':
      return reveal(token, system.protection, call.ask.sealed, call.ask.context)
    case 'keyedHash':
      return new Uint8Array(hmacSha256(token, system.keyedHash, call.ask.data))
  }
}

function mustServe(key: TokenKey, purpose: KeyPurpose): TokenKey {
  if (key.purpose === purpose) return key
  throw new PosternError('key/wrong-purpose', 'This key is for something else')
}
