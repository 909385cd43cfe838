/** Bytes over their own plain memory, as WebCrypto wants them; never a shared or resizable buffer. */
export type Bytes = Uint8Array<ArrayBuffer>

const UTF8 = new TextEncoder()

/** Text as UTF-8. */
export function utf8(text: string): Bytes {
  return UTF8.encode(text)
}

/** One array holding the parts in order. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Whether both hold the same bytes. Not constant in time: for public values only. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

/** Lower-case hexadecimal, two digits a byte. */
export function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}
