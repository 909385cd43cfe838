import { describe, expect, it } from 'vitest'
import { readWhole } from '#shared/asn1/reader.ts'
import { contextImplicit, integer, octetString, oid, sequence, setOf } from '#shared/asn1/writer.ts'
import { type Bytes, hex, utf8 } from '#shared/bytes.ts'
import { algorithmIdentifier } from '#shared/x509/algorithm-identifier.ts'
import { fromHex } from '#test/support/hostile.ts'
import { CEK_HKDF_SHA256, CONTENT_TYPE_OIDS } from './algorithms.ts'
import { decryptContent, encryptContent, newContentKey } from './content-encryption.ts'
import { contentEncryptionIdentifier } from './content-encryption-algorithm.ts'
import { deriveContentKey } from './content-key-derivation.ts'
import { type EnvelopedData, parseEnvelopedData } from './enveloped-data.ts'

const CONTENT = utf8('See you at nine.')

function enveloped(algorithm: Bytes, ciphertext: Bytes): EnvelopedData {
  const encrypted = [algorithm, contextImplicit(0, octetString(ciphertext))]
  const content = sequence(oid(CONTENT_TYPE_OIDS.data), ...encrypted)
  return parseEnvelopedData(readWhole(sequence(integer(0), setOf(), content), 'ber'))
}

describe('a content key bound to its cipher', () => {
  // RFC 9709, appendix A.
  it.each([
    [
      'AES-128-GCM',
      '301b0609608648016503040106300e040c5c79058ba2f43447639d29e2',
      '2124ffb29fac4e0fbbc7d5d87492bff3',
    ],
    [
      'AES-128-CBC',
      '301d06096086480165030401020410651f722ffd512c52fe072e507d72b377',
      '9cd102c52f1e19ece8729b35bfeceb50',
    ],
  ])('for %s is what the RFC has', async (_, boundTo, derived) => {
    const key = fromHex('c702e7d0a9e064b09ba55245fb733cf3')
    expect(hex(await deriveContentKey(key, fromHex(boundTo)))).toBe(derived)
  })

  it('opens under its cipher, and not under another', async () => {
    const key = newContentKey('aes-256-cbc')
    const trial = await encryptContent('aes-256-cbc', key, CONTENT)
    const cipher = contentEncryptionIdentifier(trial.encryption)
    const derived = await deriveContentKey(key, cipher)
    const { name, iv } = trial.encryption as Extract<typeof trial.encryption, { kind: 'cbc' }>
    const aes = await crypto.subtle.importKey('raw', derived, 'AES-CBC', false, ['encrypt'])
    const encrypted = await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, aes, CONTENT)
    const ciphertext = new Uint8Array(encrypted)

    const bound = enveloped(algorithmIdentifier(CEK_HKDF_SHA256, cipher), ciphertext)
    expect(bound.encryption).toEqual({ kind: 'cbc', name, iv })
    expect(await decryptContent(bound, key)).toEqual(CONTENT)
    // CBC notices a wrong key by its padding alone: once in 256 times it does not.
    const stripped = await decryptContent(enveloped(cipher, ciphertext), key).catch(() => null)
    expect(stripped).not.toEqual(CONTENT)
  })

  it('is not bound twice, nor to nothing', () => {
    const cipher = algorithmIdentifier(CEK_HKDF_SHA256, algorithmIdentifier(CEK_HKDF_SHA256))
    expect(enveloped(cipher, CONTENT).encryption.kind).toBe('unsupported')
    expect(() => enveloped(algorithmIdentifier(CEK_HKDF_SHA256), CONTENT)).toThrow(
      expect.objectContaining({ code: 'cms/malformed' }),
    )
  })
})
