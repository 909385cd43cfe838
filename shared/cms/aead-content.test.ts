import { createCipheriv, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  contextExplicit,
  contextImplicit,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
} from '#shared/asn1/writer.ts'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { type AuthEnvelopedData, parseAuthEnvelopedData } from './auth-enveloped-data.ts'
import { decryptContent } from './content-encryption.ts'
import { encodeContentInfo, parseContentInfo } from './content-info.ts'
import { CIPHER_OIDS, CONTENT_TYPE_OIDS } from './algorithms.ts'
import { parseEnvelopedData } from './enveloped-data.ts'

const CONTENT = utf8('Content-Type: text/plain\r\n\r\n' + 'Nobody touched this.\r\n'.repeat(99))

type Cipher = 'aes-128-ccm' | 'aes-192-ccm' | 'aes-256-ccm' | 'chacha20-poly1305'
type Made = { cipher: Cipher; nonceBytes: number; tagBytes: number; aad?: Bytes; content?: Bytes }

/** AuthEnvelopedData whose content node:crypto encrypted; nobody is its recipient. */
function made({ cipher, nonceBytes, tagBytes, aad, content = CONTENT }: Made) {
  const key = new Uint8Array(
    randomBytes(cipher.includes('ccm') ? Number(cipher.slice(4, 7)) / 8 : 32),
  )
  const nonce = new Uint8Array(randomBytes(nonceBytes))
  const plaintextLength = content.length
  const attributes = aad === undefined ? null : setOf(aad)
  const how = { authTagLength: tagBytes }
  const writer =
    cipher === 'chacha20-poly1305'
      ? createCipheriv(cipher, key, nonce, how)
      : createCipheriv(cipher, key, nonce, how)
  if (attributes !== null) writer.setAAD(attributes, { plaintextLength })
  const ciphertext = new Uint8Array(Buffer.concat([writer.update(content), writer.final()]))
  const parameters =
    cipher === 'chacha20-poly1305'
      ? octetString(nonce)
      : sequence(octetString(nonce), ...(tagBytes === 12 ? [] : [integer(tagBytes)]))
  const encrypted = sequence(
    oid(CONTENT_TYPE_OIDS.data),
    sequence(oid(CIPHER_OIDS[cipher]), parameters),
    contextImplicit(0, octetString(ciphertext)),
  )
  const authenticated = attributes === null ? [] : [contextExplicit(1, aad!)]
  const tag = octetString(new Uint8Array(writer.getAuthTag()))
  const object = sequence(integer(0), setOf(), encrypted, ...authenticated, tag)
  return { key, object: encodeContentInfo('auth-enveloped-data', object) }
}

function parse(object: Bytes): AuthEnvelopedData {
  return parseAuthEnvelopedData(parseContentInfo(object).content)
}

const attribute = (bytes: number) =>
  sequence(oid('1.2.840.113549.1.9.3'), setOf(octetString(new Uint8Array(bytes).fill(5))))

const CASES: Made[] = [
  { cipher: 'aes-128-ccm', nonceBytes: 12, tagBytes: 12 },
  { cipher: 'aes-192-ccm', nonceBytes: 12, tagBytes: 16 },
  { cipher: 'aes-256-ccm', nonceBytes: 12, tagBytes: 14, aad: attribute(9) },
  { cipher: 'aes-256-ccm', nonceBytes: 7, tagBytes: 16, aad: attribute(70_000) },
  { cipher: 'aes-128-ccm', nonceBytes: 13, tagBytes: 16, content: new Uint8Array() },
  { cipher: 'aes-128-ccm', nonceBytes: 13, tagBytes: 16, content: new Uint8Array(65_535) },
  { cipher: 'chacha20-poly1305', nonceBytes: 12, tagBytes: 16 },
  { cipher: 'chacha20-poly1305', nonceBytes: 12, tagBytes: 16, aad: attribute(9) },
]
const title = ({ cipher, nonceBytes, tagBytes, aad, content = CONTENT }: Made) =>
  `${cipher}, nonce of ${nonceBytes}, tag of ${tagBytes}, ${aad?.length ?? 0} + ${content.length} octets`

describe('authenticated content that node:crypto encrypted', () => {
  it.each(CASES.map((one) => [title(one), one] as const))('opens: %s', async (_title, one) => {
    const { key, object } = made(one)
    const envelope = parse(object)
    expect(envelope.encryption).toMatchObject({ kind: 'aead', name: one.cipher })
    expect(await decryptContent(envelope, key)).toEqual(one.content ?? CONTENT)
  })

  it.each(
    CASES.slice(0, 3)
      .concat(CASES.slice(-1))
      .map((one) => [title(one), one] as const),
  )('is damaged when anything of it is changed: %s', async (_title, one) => {
    const { key, object } = made(one)
    const envelope = parse(object)
    const flipped = (bytes: Bytes, at: number) => {
      const copy = concat(bytes)
      copy[at]! ^= 1
      return copy
    }
    const { ciphertext, tag, aad } = envelope
    const changes: AuthEnvelopedData[] = [
      { ...envelope, ciphertext: flipped(ciphertext, 0) },
      { ...envelope, ciphertext: ciphertext.subarray(0, -1) },
      { ...envelope, tag: flipped(tag, tag.length - 1) },
      { ...envelope, aad: concat(aad, Uint8Array.of(0)) },
    ]
    for (const changed of changes) {
      await expect(decryptContent(changed, key)).rejects.toMatchObject({ code: 'content/damaged' })
    }
    await expect(decryptContent(envelope, flipped(key, 3))).rejects.toMatchObject({
      code: 'content/damaged',
    })
  })

  it.each([4, 6, 8, 10])('is refused with a tag of %i octets, which can be guessed', (tagBytes) => {
    const { object } = made({ cipher: 'aes-128-ccm', nonceBytes: 12, tagBytes })
    expect(() => parse(object)).toThrow(expect.objectContaining({ code: 'cms/malformed' }))
  })

  it('is not opened under the type that proves nothing', () => {
    const { object } = made(CASES[0]!)
    const { content } = parseContentInfo(object)
    const fields = { ...content, contentEnd: content.contentEnd - 14 } // without its tag
    expect(parseEnvelopedData(fields).encryption).toEqual({
      kind: 'unsupported',
      name: 'aes-128-ccm',
    })
  })
})
