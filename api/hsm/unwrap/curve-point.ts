import { hex } from '#shared/bytes.ts'
import type { NamedCurve } from '../pkcs11/key-class.ts'

/** y² = x³ - 3x + b over the field of p elements (NIST SP 800-186 §3.2.1). */
const EQUATIONS = {
  p256: {
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  p384: {
    p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  p521: {
    p: 2n ** 521n - 1n,
    b: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
} as const

/**
 * Whether `point` is an uncompressed point of the curve (SEC 1 §3.2.2.1): both coordinates below p,
 * and the equation holds. The point at infinity has no such form, and the cofactor is 1, so every
 * point that passes has the full order. All of it is public.
 */
export function isOnCurve(curve: NamedCurve, point: Uint8Array): boolean {
  const { p, b } = EQUATIONS[curve.name]
  if (point.length !== 1 + 2 * curve.fieldBytes || point[0] !== 4) return false
  const x = unsigned(point.subarray(1, 1 + curve.fieldBytes))
  const y = unsigned(point.subarray(1 + curve.fieldBytes))
  return x < p && y < p && (y * y - (x * x * x - 3n * x + b)) % p === 0n
}

function unsigned(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(bytes)}`)
}
