import type { Bytes } from '../bytes.ts'

const BLOCK = 16
const BITS = 128
const REDUCTION = 0xe1n << 120n // NIST SP 800-38D §6.3: x^128 + x^7 + x^2 + x + 1, bits reflected

/** A block as an element of the field, and back. */
export function toElement(block: Bytes): bigint {
  return block.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

export function toBlock(element: bigint): Bytes {
  return Uint8Array.from({ length: BLOCK }, (_, at) =>
    Number((element >> BigInt(8 * (BLOCK - 1 - at))) & 0xffn),
  )
}

/** The product of two elements (NIST SP 800-38D §6.3). */
export function multiply(x: bigint, y: bigint): bigint {
  let product = 0n
  let shifted = y
  for (let bit = BITS - 1; bit >= 0; bit--) {
    if (((x >> BigInt(bit)) & 1n) === 1n) product ^= shifted
    shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ REDUCTION : shifted >> 1n
  }
  return product
}

/** An element to this power, from 1 on. */
export function power(element: bigint, exponent: number): bigint {
  let result: bigint | null = null
  let square = element
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result === null ? square : multiply(result, square)
    square = multiply(square, square)
  }
  if (result === null) throw new TypeError('the power of nothing')
  return result
}
