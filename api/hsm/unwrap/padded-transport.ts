import { setTimeout as sleep } from 'node:timers/promises'
import pkcs11 from 'pkcs11js'
import type { Handle } from 'pkcs11js'
import type { Recipient } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { ownCopy, wipe } from '../pkcs11/buffers.ts'
import { OAEP_SHA1 } from '../pkcs11/oaep-sha1.ts'
import { readModulus } from '../pkcs11/rsa.ts'
import type { Token } from '../pkcs11/token.ts'
import type { Recovered } from './recovered.ts'

type Transport = Extract<Recipient, { kind: 'ktri' }>

/**
 * Raw RSA with a key that also signs would forge signatures, so the token takes the padding off (security.md B). A
 * token may tell right from wrong by its time: every answer comes at the end of a whole step of this length, in
 * milliseconds, which both take far less than.
 */
const STEP = 25

/**
 * The content key of an entry for an imported key that may also sign.
 * @throws PosternError `request/malformed`, `hsm/unsupported` for OAEP with another hash than SHA-1
 */
export async function recoverPadded(
  token: Token,
  key: Handle,
  entry: Transport,
  keyBytes: number,
): Promise<Recovered> {
  const modulus = readModulus(token, key)
  const isBlock =
    entry.encryptedKey.length === modulus.length && Buffer.compare(entry.encryptedKey, modulus) < 0
  if (!isBlock) throw new PosternError('request/malformed', 'Not a block of this RSA key')
  const isOaep = entry.algorithm === 'rsa-oaep'
  if (isOaep && (entry.oaep.hash !== 'sha-1' || entry.oaep.mgfHash !== 'sha-1')) {
    throw new PosternError('hsm/unsupported', 'The token does OAEP with SHA-1 alone')
  }
  const since = performance.now()
  const found = await decryptPadded(token, key, entry.algorithm, entry.encryptedKey)
  const recovered = found?.length === keyBytes ? found : null
  const answer = new Uint8Array(keyBytes)
  answer.set(recovered ?? answer)
  if (found !== null) wipe(found)
  const spent = performance.now() - since
  await sleep(STEP * Math.ceil(spent / STEP) - spent)
  return { good: recovered === null ? 0 : 1, key: answer }
}

/** What the token finds under the padding, or null when it refuses the block in whatever way. */
export async function decryptPadded(
  { cryptoki, pool }: Token,
  key: Handle,
  padding: Transport['algorithm'],
  block: Uint8Array,
): Promise<Buffer | null> {
  const mechanism = padding === 'rsa-oaep' ? OAEP_SHA1 : { mechanism: pkcs11.CKM_RSA_PKCS }
  return pool.use(async (session) => {
    const input = ownCopy(block)
    const output = Buffer.alloc(block.length)
    try {
      cryptoki.C_DecryptInit(session, mechanism, key)
      const found = await cryptoki.C_DecryptAsync(session, input, output).catch(() => null)
      return found === null ? null : ownCopy(found)
    } finally {
      wipe(input, output)
    }
  })
}
