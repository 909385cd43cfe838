import { describe, expect, it } from 'vitest'
import { hex } from '#shared/bytes.ts'
import { decryptContent } from '#shared/cms/content-encryption.ts'
import { decryptLargeGcm, isUsualNonce } from '#shared/cms/large-gcm.ts'
import { isPosternError } from '#shared/errors.ts'
import { fromHex } from '#test/support/hostile.ts'
import {
  cipherVectors,
  type CipherVector,
  hasWycheproof,
  wycheproofFiles,
} from '#test/support/wycheproof.ts'

const COMMON = { contentType: 'data', boundTo: null, recipients: [], unprotected: null } as const

/** What decryption gives, in hexadecimal, or that it refuses. */
async function outcome(vector: CipherVector): Promise<string> {
  const { key, iv, aad, ct, tag } = vector
  const bits = String(key.length * 4) as '128' | '192' | '256'
  const envelope =
    tag === undefined
      ? {
          ...COMMON,
          kind: 'enveloped' as const,
          encryption: { kind: 'cbc', name: `aes-${bits}-cbc`, iv: fromHex(iv) } as const,
          ciphertext: fromHex(ct),
        }
      : {
          ...COMMON,
          kind: 'auth-enveloped' as const,
          encryption: {
            kind: 'aead',
            name: `aes-${bits}-gcm`,
            nonce: fromHex(iv),
            tagLength: tag.length / 2,
          } as const,
          ciphertext: fromHex(ct),
          aad: fromHex(aad ?? ''),
          tag: fromHex(tag),
        }
  try {
    return hex(await decryptContent(envelope, fromHex(key)))
  } catch (error) {
    if (isPosternError(error, 'content/damaged')) return 'refused'
    throw error
  }
}

describe.skipIf(!hasWycheproof)('Wycheproof, the content of messages', () => {
  it.each(['aes_cbc_pkcs5', 'aes_gcm'])('%s: 0 differences', async (file) => {
    const vectors = cipherVectors(file)
    const differences: number[] = []
    for (const vector of vectors) {
      const octets = vector.iv.length / 2
      if (octets < 8 || octets > 64) continue // not parsed: `content-encryption-algorithm.ts`
      const wanted = vector.result === 'valid' ? vector.msg : 'refused'
      if ((await outcome(vector)) !== wanted) differences.push(vector.tcId)
    }
    expect(differences).toEqual([])
    expect(vectors.length).toBeGreaterThan(100)
  })

  it('aes_gcm in pieces, as large messages are opened: 0 differences', async () => {
    const differences: number[] = []
    let seen = 0
    for (const { key, iv, aad, ct, tag, msg, result, tcId } of cipherVectors('aes_gcm')) {
      const nonce = fromHex(iv)
      if (tag === undefined || key.length === 48 || !isUsualNonce(nonce)) continue
      const sealed = { nonce, key: fromHex(key), aad: fromHex(aad ?? ''), tag: fromHex(tag) }
      const opening = decryptLargeGcm({ ...sealed, ciphertext: fromHex(ct) }, undefined, 16)
      const opened = await opening.then(hex, () => 'refused')
      if (opened !== (result === 'valid' ? msg : 'refused')) differences.push(tcId)
      seen++
    }
    expect(differences).toEqual([])
    expect(seen).toBeGreaterThan(100)
  })

  it('has no file that nothing reads, but for those with a reason', () => {
    const read = /^(?:aes_(?:cbc_pkcs5|gcm|wrap)|ecdh_secp\d+r1_ecpoint|ecdsa_.*|rsa_.*|x25519)$/
    const unread = wycheproofFiles().filter((file) => !read.test(file) || file in NOT_READ)
    expect(unread.sort()).toEqual(Object.keys(NOT_READ).sort())
  })
})

/** Files of algorithms that Postern has not. Those of keys in the token: test/integration/hsm-wycheproof.test.ts. */
const NOT_READ: Readonly<Record<string, string>> = {
  aes_kwp: 'S/MIME wraps content keys without padding (RFC 3565, RFC 5753)',
  rsa_pss_2048_shake128: 'WebCrypto has no SHAKE: such signatures are “not supported”',
  rsa_pss_2048_shake256: 'the same',
}
