import { randomBytes } from 'node:crypto'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { contextExplicit, integer, octetString, oid, sequence } from '#shared/asn1/writer.ts'
import { base64 } from '#shared/base64.ts'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { explainLayer } from '#shared/smime/explain.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const CONTENT = utf8('Content-Type: text/plain\r\n\r\n' + 'Packed on the way.\r\n'.repeat(500))
const ZLIB = '1.2.840.113549.1.9.16.3.8'

/** CompressedData (RFC 3274 §1.1) around what node:zlib packed. */
function compressed(packed: Uint8Array, algorithm = ZLIB): Bytes {
  const encapsulated = sequence(
    oid('1.2.840.113549.1.7.1'),
    contextExplicit(0, octetString(packed)),
  )
  const data = sequence(integer(0), sequence(oid(algorithm)), encapsulated)
  return sequence(oid('1.2.840.113549.1.9.16.1.9'), contextExplicit(0, data))
}

function entity(object: Bytes): Bytes {
  const lines = base64(object).replace(/.{64}/g, '$&\r\n')
  const type = 'Content-Type: application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z'
  return utf8(`${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n`)
}

const mail = (part: Bytes) => concat(utf8('From: alice@example.com\r\nMIME-Version: 1.0\r\n'), part)
const read = (bytes: Bytes) => openAs(bytes, [pki.key('bob')], [pki.ca])
const signed = (content: Bytes) =>
  pki.openssl(
    ['cms', '-sign', '-nodetach', '-signer', 'alice-sign.pem', '-inkey', 'alice-sign.key'],
    content,
  )
const encrypted = (content: Bytes) =>
  pki.openssl(['cms', '-encrypt', '-aes-256-cbc', 'bob.pem'], content)

describe('a compressed message', () => {
  it('opens at the root, as a mail and as a bare file, and proves nothing', async () => {
    const object = compressed(deflateSync(CONTENT))
    for (const bytes of [mail(entity(object)), object]) {
      const message = await read(bytes)
      expect(textOf(message)).toContain('Packed on the way.')
      expect(message).toMatchObject({
        encryption: { kind: 'none' },
        signature: { kind: 'none' },
        layers: [{ kind: 'compressed', algorithm: 'zlib' }],
      })
      expect(explainLayer(message.layers[0]!)).toBeNull()
    }
  })

  it('opens inside a signature, around one, and inside both', async () => {
    const packed = entity(compressed(deflateSync(CONTENT)))
    const cases: [Bytes, string[]][] = [
      [signed(packed), ['signed', 'compressed']],
      [entity(compressed(deflateSync(signed(CONTENT)))), ['compressed', 'signed']],
      [encrypted(signed(packed)), ['encrypted', 'signed', 'compressed']],
      [
        encrypted(entity(compressed(deflateSync(signed(CONTENT))))),
        ['encrypted', 'compressed', 'signed'],
      ],
    ]
    for (const [part, kinds] of cases) {
      const message = await read(mail(part))
      expect(message.layers.map(({ kind }) => kind)).toEqual(kinds)
      expect(message.signature.kind).toBe('valid')
      expect(textOf(message)).toContain('Packed on the way.')
    }
  })

  it('opens what does not shrink', async () => {
    const noise = randomBytes(200_000).toString('base64')
    const object = compressed(deflateSync(utf8(`Content-Type: text/plain\r\n\r\n${noise}`)))
    expect(textOf(await read(object))).toBe(noise)
  })
})

describe('a compressed message that is none', () => {
  const whole = new Uint8Array(deflateSync(CONTENT))
  it.each([
    ['cut short', whole.subarray(0, -9)],
    ['with a wrong checksum', whole.with(-1, whole.at(-1)! ^ 1)],
    ['with something behind it', concat(whole, Uint8Array.of(1, 2, 3))],
    ['in gzip', new Uint8Array(gzipSync(CONTENT))],
    ['without its header', new Uint8Array(deflateRawSync(CONTENT))],
    ['empty', new Uint8Array()],
  ])('is damaged and shows nothing: %s', async (_name, packed) => {
    const message = await read(compressed(packed))
    expect(message.encryption.kind).toBe('damaged')
    expect(message.body).toEqual([])
  })

  it('is unsupported, by name, in another algorithm', async () => {
    const message = await read(compressed(whole, '1.2.3.4'))
    expect(message.encryption).toMatchObject({ what: 'compression with 1.2.3.4' })
  })
})

describe('a compression bomb', () => {
  it('is given up before it fills the memory', async () => {
    const bomb = compressed(deflateSync(new Uint8Array(120 * 1024 * 1024)))
    expect(bomb.length).toBeLessThan(200_000)
    const before = process.memoryUsage().arrayBuffers
    const message = await read(bomb)
    expect(message.encryption).toMatchObject({
      kind: 'damaged',
      reason: 'The compressed content is too large.',
    })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
  })

  it('does not go through one in another', async () => {
    let object = compressed(deflateSync(CONTENT))
    for (let depth = 0; depth < 2; depth++) object = compressed(deflateSync(object))
    const message = await read(object)
    expect(message.encryption.kind).toBe('damaged')
    expect(message.body).toEqual([])
  })
})

describe('certificates alone', () => {
  it('are named, and are neither text nor signature', async () => {
    const chain = concat(
      pki.openssl(['x509', '-in', 'alice.pem']),
      pki.openssl(['x509', '-in', 'ca.pem']),
    )
    pki.write('chain.pem', chain)
    const args = ['crl2pkcs7', '-nocrl', '-certfile', 'chain.pem', '-outform', 'DER']
    const message = await read(pki.openssl(args))
    expect(message).toMatchObject({
      encryption: { kind: 'none' },
      signature: { kind: 'none' },
      body: [],
      layers: [{ kind: 'certificates', certificates: [{ addresses: ['alice@example.com'] }, {}] }],
    })
    expect(explainLayer(message.layers[0]!)?.plain).toContain('certificates')
  })
})
