import { createECDH } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type NamedCurve, P256, P384, P521 } from '../pkcs11/key-class.ts'
import { isOnCurve } from './curve-point.ts'

const CURVES: readonly (readonly [NamedCurve, string, bigint])[] = [
  [P256, 'prime256v1', 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn],
  [P384, 'secp384r1', 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n],
  [P521, 'secp521r1', 2n ** 521n - 1n],
]

describe.each(CURVES)('$name', (curve, openssl, p) => {
  const size = curve.fieldBytes
  const fresh = () => new Uint8Array(createECDH(openssl).generateKeys())
  const coordinate = (value: bigint) =>
    new Uint8Array(Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex'))
  const join = (x: Uint8Array, y: Uint8Array) => Uint8Array.of(4, ...x, ...y)

  test('takes every public key', () => {
    for (let round = 0; round < 50; round++) expect(isOnCurve(curve, fresh())).toBe(true)
  })

  test('takes the mirrored point, for it is on the curve too', () => {
    const point = fresh()
    const y = BigInt(`0x${Buffer.from(point.subarray(1 + size)).toString('hex')}`)
    expect(isOnCurve(curve, join(point.subarray(1, 1 + size), coordinate(p - y)))).toBe(true)
  })

  test('refuses a point with one bit changed, wherever', () => {
    const point = fresh()
    for (let bit = 8; bit < 8 * point.length; bit++) {
      const changed = point.slice()
      changed[bit >> 3]! ^= 1 << (bit & 7)
      expect(isOnCurve(curve, changed)).toBe(false)
    }
  })

  test('refuses what is no uncompressed point of this size', () => {
    const point = fresh()
    const hostile = [
      new Uint8Array(),
      new Uint8Array(1), // infinity
      new Uint8Array(point.length), // zeros, of the right size
      join(new Uint8Array(size), new Uint8Array(size)),
      point.subarray(0, -1),
      Uint8Array.of(...point, 0),
      point.with(0, 2),
      point.with(0, 6), // hybrid form
      point.subarray(0, 1 + size).with(0, 2 + (point.at(-1)! & 1)), // compressed
    ]
    for (const bytes of hostile) expect(isOnCurve(curve, bytes)).toBe(false)
  })

  test('refuses a coordinate that is not reduced, though the equation holds', () => {
    const y = squareRoot(B[curve.name], p) // x = 0
    expect(isOnCurve(curve, join(coordinate(0n), coordinate(y)))).toBe(true)
    expect(isOnCurve(curve, join(coordinate(p), coordinate(y)))).toBe(false)
  })
})

test('refuses a y that is not reduced or has lost its first octet, though the equation holds', () => {
  const size = P521.fieldBytes
  const fresh = () => new Uint8Array(createECDH('secp521r1').generateKeys())
  let point = fresh()
  while (point[1 + size] !== 0) point = fresh()
  expect(isOnCurve(P521, point)).toBe(true)
  expect(
    isOnCurve(P521, Uint8Array.of(...point.subarray(0, 1 + size), ...point.subarray(2 + size))),
  ).toBe(false)
  const y = BigInt(`0x${Buffer.from(point.subarray(1 + size)).toString('hex')}`) + 2n ** 521n - 1n
  const large = Buffer.from(y.toString(16).padStart(2 * size, '0'), 'hex')
  expect(isOnCurve(P521, Uint8Array.of(...point.subarray(0, 1 + size), ...large))).toBe(false)
})

test('a point of one curve is none of the other', () => {
  const small = new Uint8Array(createECDH('prime256v1').generateKeys())
  const large = new Uint8Array(createECDH('secp384r1').generateKeys())
  expect(isOnCurve(P384, small)).toBe(false)
  expect(isOnCurve(P256, large)).toBe(false)
  expect(isOnCurve(P256, new Uint8Array(createECDH('secp256k1').generateKeys()))).toBe(false)
})

const B = {
  p256: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  p384: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  p521: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
}

/** All these primes are 3 modulo 4. */
function squareRoot(value: bigint, p: bigint): bigint {
  let [result, base] = [1n, value]
  for (let exponent = (p + 1n) / 4n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % p
    base = (base * base) % p
  }
  return result
}
