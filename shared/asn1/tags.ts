// Identifier octets without the constructed bit (X.690 §8.1.2): the form in which `Element.tag` holds them.

export const BOOLEAN = 0x01
export const INTEGER = 0x02
export const BIT_STRING = 0x03
export const OCTET_STRING = 0x04
export const NULL = 0x05
export const OID = 0x06
export const ENUMERATED = 0x0a
export const UTF8_STRING = 0x0c
export const SEQUENCE = 0x10
export const SET = 0x11
export const NUMERIC_STRING = 0x12
export const PRINTABLE_STRING = 0x13
export const TELETEX_STRING = 0x14
export const IA5_STRING = 0x16
export const UTC_TIME = 0x17
export const GENERALIZED_TIME = 0x18
export const VISIBLE_STRING = 0x1a
export const UNIVERSAL_STRING = 0x1c
export const BMP_STRING = 0x1e

/** The bit that says that the content is made of elements (X.690 §8.1.2.5). */
export const CONSTRUCTED = 0x20

/** The context-specific tag `[n]`, for n below 31. */
export function context(n: number): number {
  return 0x80 | n
}
