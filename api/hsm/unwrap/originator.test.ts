import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { bitString, nullValue, oid, sequence } from '#shared/asn1/writer.ts'
import { x25519Spki } from '#shared/x509/public-key.ts'
import { ED25519, P256, P384, X25519 } from '../pkcs11/key-class.ts'
import { readOriginator } from './originator.ts'

function spkiOf(namedCurve: string): Uint8Array {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve })
  return new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
}

test('gives the point of a SubjectPublicKeyInfo on the curve that is asked for', () => {
  const [small, large] = [spkiOf('P-256'), spkiOf('P-384')]
  expect(readOriginator(small, P256)).toEqual(small.subarray(-65))
  expect(readOriginator(large, P384)).toEqual(large.subarray(-97))
})

test('refuses every other form', () => {
  const spki = spkiOf('P-256')
  const point = spki.subarray(-65)
  const ec = oid('1.2.840.10045.2.1')
  const hostile: Record<string, Uint8Array> = {
    'another curve': spkiOf('P-384'),
    'a curve of another family and the same size': spkiOf('secp256k1'),
    'no parameters': sequence(sequence(ec), bitString(point)),
    'NULL parameters': sequence(sequence(ec, nullValue()), bitString(point)),
    'another algorithm': sequence(sequence(oid('1.3.132.1.12'), P256.parameters), bitString(point)),
    'a point off the curve': spki.with(90, spki[90]! ^ 1),
    'unused bits': spki.with(spki.length - 66, 1),
    'bytes behind': Uint8Array.of(...spki, 0),
    'a byte less': spki.subarray(0, -1),
    'the point alone': point,
    nothing: new Uint8Array(),
  }
  for (const [what, bytes] of Object.entries(hostile)) {
    expect(() => readOriginator(bytes, P256), what).toThrow(
      expect.objectContaining({ code: 'request/malformed' }),
    )
  }
})

test('gives the key of an X25519 SubjectPublicKeyInfo, and refuses every other form', () => {
  const { publicKey } = generateKeyPairSync('x25519')
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
  expect(readOriginator(spki, X25519)).toEqual(spki.subarray(-32))
  const key = spki.subarray(-32)
  const hostile = [
    spkiOf('P-256'),
    sequence(sequence(oid('1.3.101.112')), bitString(key)), // Ed25519
    sequence(sequence(oid('1.3.101.110'), nullValue()), bitString(key)),
    Uint8Array.of(...spki, 0),
    spki.subarray(1),
    key,
    new Uint8Array(),
  ]
  for (const bytes of hostile) {
    expect(() => readOriginator(bytes, X25519)).toThrow(
      expect.objectContaining({ code: 'request/malformed' }),
    )
  }
})

test('has none for a key that only signs', () => {
  const { publicKey } = generateKeyPairSync('ed25519')
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
  for (const bytes of [spki, spkiOf('P-256')]) {
    expect(() => readOriginator(bytes, ED25519)).toThrow(
      expect.objectContaining({ code: 'request/malformed' }),
    )
  }
})

test('refuses X25519 points of low order, in every writing', () => {
  const p = 2n ** 255n - 19n
  // Orders 4, 1 and 2, and 8 twice (RFC 7748 §6.1 wants no list, for the secret is zero with each).
  const eighth = 325606250916557431795983626356110631294008115727848805560023387167927233504n
  const other = 39382357235489614581723060781553021112529911719440698176882885853963445705823n
  const low = [0n, 1n, p - 1n, eighth, other]
  const written = [...low, ...low.map((u) => u + p).filter((u) => u < 2n ** 255n)]
  const top = 2n ** 255n // a bit that is not looked at (RFC 7748 §5)
  for (const u of [...written, ...written.map((each) => each + top)]) {
    const point = Buffer.from(u.toString(16).padStart(64, '0'), 'hex').reverse()
    expect(() => readOriginator(x25519Spki(point), X25519), String(u)).toThrow(
      expect.objectContaining({ code: 'request/malformed' }),
    )
  }
})
