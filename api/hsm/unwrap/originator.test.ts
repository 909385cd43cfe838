import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { bitString, nullValue, oid, sequence } from '#shared/asn1/writer.ts'
import { P256, P384 } from '../pkcs11/key-class.ts'
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
