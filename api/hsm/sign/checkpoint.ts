import { createHash } from 'node:crypto'
import type { Bytes } from '#shared/bytes.ts'
import { type Checkpoint, encodeCheckpoint } from '#shared/contract/checkpoint.ts'
import { encodeEcdsa } from '#shared/x509/ecdsa-signature.ts'
import { getAuditKey } from '../pkcs11/audit-key.ts'
import { signEcdsaRaw } from '../pkcs11/ec.ts'
import { P256 } from '../pkcs11/key-class.ts'
import type { Token } from '../pkcs11/token.ts'

/**
 * Signs a checkpoint with the audit's key. What is signed is encoded here, so that the key never signs anything else.
 * @throws PosternError `token/broken` when the token has no such key
 */
export function signCheckpoint(
  token: Token,
  checkpoint: Checkpoint,
): { spki: Bytes; signature: Bytes } {
  const { privateKey, spki } = getAuditKey(token)
  const key = createHash('sha256').update(spki).digest('hex')
  const digest = createHash('sha256').update(encodeCheckpoint(checkpoint, key)).digest()
  return { spki, signature: encodeEcdsa(signEcdsaRaw(token, privateKey, P256, digest)) }
}
