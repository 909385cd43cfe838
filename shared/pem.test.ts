import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePem, encodePem } from './pem.ts'

test('what is encoded is decoded again, whatever stands around it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array(), (one, other) => {
      const first = encodePem({ label: 'PUBLIC KEY', der: new Uint8Array(one) })
      const second = encodePem({ label: 'CERTIFICATE', der: new Uint8Array(other) })
      const blocks = decodePem(
        `Bag Attributes\n${first}\nsubject=\r\n${second.replaceAll('\n', '\r\n')}`,
      )
      expect(blocks).toEqual([
        { label: 'PUBLIC KEY', der: new Uint8Array(one) },
        { label: 'CERTIFICATE', der: new Uint8Array(other) },
      ])
    }),
  )
})

test('lines are of 64 characters, as RFC 7468 wants them', () => {
  const lines = encodePem({ label: 'CERTIFICATE', der: new Uint8Array(100) }).split('\n')
  expect(lines.map(({ length }) => length)).toEqual([27, 64, 64, 8, 25, 0])
})

test('a block that is no base64 is refused', () => {
  const text = '-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----'
  expect(() => decodePem(text)).toThrow(
    expect.objectContaining({ code: 'x509/malformed' }) as Error,
  )
  expect(decodePem('nothing here')).toEqual([])
})
