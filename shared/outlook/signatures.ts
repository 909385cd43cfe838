/** How Outlook's own forms begin: enough to tell when their readers are needed. */
import type { Bytes } from '../bytes.ts'

const COMPOUND_FILE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] // [MS-CFB] §2.2
const TNEF = [0x78, 0x9f, 0x3e, 0x22] // [MS-OXTNEF] §2.1.3.2

/** A .msg file, as far as its start tells. */
export function isCompoundFile(bytes: Bytes): boolean {
  return COMPOUND_FILE.every((byte, at) => bytes[at] === byte)
}

/** winmail.dat. */
export function isTnef(bytes: Bytes): boolean {
  return TNEF.every((byte, at) => bytes[at] === byte)
}
