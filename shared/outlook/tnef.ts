/** winmail.dat: a message in the form that Outlook packs it for other Outlooks ([MS-OXTNEF]). */
import type { Bytes } from '../bytes.ts'
import { isTnef } from './signatures.ts'

/** A file in `winmail.dat`, under the name that it has there. */
export type TnefFile = { readonly name: string; readonly bytes: Bytes }

const LEVEL_MESSAGE = 1
const LEVEL_ATTACHMENT = 2
const BODY = 0x0002800c
const ATTACH_RENDER_DATA = 0x00069002 // begins each attachment
const ATTACH_TITLE = 0x00018010
const ATTACH_DATA = 0x0006800f
const MAX_ATTRIBUTES = 5000
const MAX_FILES = 100

/**
 * The plain text and the files inside, as views. What lies behind the first thing that cannot be read is left out:
 * never throws.
 */
export function readTnef(bytes: Bytes): { readonly text: string; readonly files: TnefFile[] } {
  const files: { name: string; bytes: Bytes }[] = []
  let text = ''
  for (const { level, id, value } of attributesOf(bytes)) {
    const file = files.at(-1)
    if (level === LEVEL_MESSAGE && id === BODY) text = letters(value)
    else if (level === LEVEL_ATTACHMENT && id === ATTACH_RENDER_DATA) {
      if (files.length === MAX_FILES) break
      files.push({ name: '', bytes: new Uint8Array() })
    } else if (level === LEVEL_ATTACHMENT && file !== undefined) {
      if (id === ATTACH_TITLE) file.name = letters(value)
      else if (id === ATTACH_DATA) file.bytes = value
    }
  }
  return { text, files }
}

type Attribute = { readonly level: number; readonly id: number; readonly value: Bytes }

/** Level, identifier, length, value, checksum (§2.1.3.3). */
function* attributesOf(bytes: Bytes): Generator<Attribute> {
  if (!isTnef(bytes)) return
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 6 // signature and key
  for (let seen = 0; seen < MAX_ATTRIBUTES && at + 9 <= bytes.length; seen++) {
    const length = view.getUint32(at + 5, true)
    const start = at + 9
    const end = start + length
    if (end + 2 > bytes.length) return
    const value = bytes.subarray(start, end)
    if (checksum(value) !== view.getUint16(end, true)) return
    yield { level: view.getUint8(at), id: view.getUint32(at + 1, true), value }
    at = end + 2
  }
}

function checksum(value: Bytes): number {
  let sum = 0
  for (const byte of value) sum = (sum + byte) & 0xffff
  return sum
}

function letters(value: Bytes): string {
  return new TextDecoder('windows-1252').decode(value).replace(/\0+$/, '')
}
