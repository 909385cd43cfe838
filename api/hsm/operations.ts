import type { KeyPurpose } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import type { Answer, Call } from './messages.ts'
import { generateKey, publicKeyOf } from './pkcs11/generate.ts'
import { importPrivateKey } from './pkcs11/import/import-private-key.ts'
import { openImportKey } from './pkcs11/import/import-key.ts'
import { hmacSha256 } from './pkcs11/hmac.ts'
import { keyClass } from './pkcs11/key-class.ts'
import type { KeyRing } from './pkcs11/key-ring.ts'
import { protect, reveal } from './pkcs11/protection.ts'
import type { SystemKeys } from './pkcs11/system-keys.ts'
import type { Token } from './pkcs11/token.ts'
import type { Capabilities, TokenKey } from './port.ts'
import { signCheckpoint } from './sign/checkpoint.ts'
import { sign } from './sign/sign.ts'
import { unwrapContentKey } from './unwrap/unwrap.ts'

/** A token ready for work, inside the worker. */
export type OpenedToken = {
  readonly token: Token
  readonly ring: KeyRing
  readonly system: SystemKeys
  /** Null until the probe has ended. */
  readonly capabilities: Capabilities | null
}

/** Does one operation. Each is safe to repeat: nothing counts until its answer was released. */
export async function perform(opened: OpenedToken, call: Call): Promise<Answer> {
  const { token, ring, system, capabilities } = opened
  switch (call.name) {
    case 'unwrap': {
      mustBeAble(capabilities, call.ask.key)
      const privateKey = ring.get(mustServe(call.ask.key, 'encrypt'))
      return unwrapContentKey(token, { privateKey, rejection: system.rejection }, call.ask)
    }
    case 'sign':
      return sign(token, ring.get(mustServe(call.ask.key, 'sign')), call.ask)
    case 'generateKey':
      return { spki: await generateKey(token, ring, call.ask.key) }
    case 'publicKey':
      return { spki: publicKeyOf(token, ring, call.ask.key) }
    case 'importKey':
      return { spki: await openImportKey(token) }
    case 'importPrivateKey':
      await importPrivateKey(token, ring, call.ask)
      return null
    case 'protect':
      return protect(token, system.protection, call.ask.secret, call.ask.context)
    case 'reveal':
      return reveal(token, system.protection, call.ask.sealed, call.ask.context)
    case 'keyedHash':
      return new Uint8Array(hmacSha256(token, system.keyedHash, call.ask.data))
    case 'signCheckpoint':
      return signCheckpoint(token, call.ask.checkpoint)
  }
}

function mustServe(key: TokenKey, purpose: KeyPurpose): TokenKey {
  if (key.purpose === purpose) return key
  throw new PosternError('key/wrong-purpose', 'This key is for something else')
}

/** A token that does raw RSA in a way of its own may answer differently from block to block: it is not asked. */
function mustBeAble(capabilities: Capabilities | null, { algorithm, origin }: TokenKey): void {
  if (origin === 'dual-use') return
  if (keyClass(algorithm).type !== 'rsa' || capabilities?.rsaRaw !== false) return
  throw new PosternError('hsm/unsupported', 'The token does no raw RSA')
}
