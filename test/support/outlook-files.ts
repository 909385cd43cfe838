import CFB from 'cfb'
import type { Bytes } from '#shared/bytes.ts'

/** Outlook's own forms, written by the cfb package or by hand. */

type Properties = Readonly<Record<string, string>>
export type PackedFile = {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** A .msg file of text properties (four hexadecimal digits each) and attachments. */
export function messageFile(properties: Properties, attachments: readonly PackedFile[]): Bytes {
  const file = CFB.utils.cfb_new()
  const add = (path: string, content: Uint8Array) => {
    CFB.utils.cfb_add(file, path, Buffer.from(content))
  }
  const addText = (folder: string, id: string, text: string) =>
    add(`${folder}__substg1.0_${id}001F`, Buffer.from(text, 'utf16le'))
  for (const [id, text] of Object.entries(properties)) addText('/', id, text)
  attachments.forEach(({ name, mediaType, bytes }, index) => {
    const folder = `/__attach_version1.0_#${index.toString(16).toUpperCase().padStart(8, '0')}/`
    addText(folder, '3707', name)
    addText(folder, '370E', mediaType)
    add(`${folder}__substg1.0_37010102`, bytes)
  })
  return new Uint8Array(CFB.write(file, { type: 'buffer' }) as Buffer)
}

/** winmail.dat with a text and files. */
export function winmail(
  text: string,
  files: readonly { name: string; bytes: Uint8Array }[],
): Bytes {
  const parts = [
    Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]),
    attribute(1, 0x0002800c, letters(text)),
  ]
  for (const { name, bytes } of files) {
    parts.push(attribute(2, 0x00069002, Buffer.alloc(14)))
    parts.push(attribute(2, 0x00018010, letters(name)), attribute(2, 0x0006800f, bytes))
  }
  return new Uint8Array(Buffer.concat(parts))
}

function letters(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'latin1')
}

function attribute(level: number, id: number, value: Uint8Array): Buffer {
  const head = Buffer.alloc(9)
  head.writeUInt8(level, 0)
  head.writeUInt32LE(id, 1)
  head.writeUInt32LE(value.length, 5)
  const checksum = Buffer.alloc(2)
  checksum.writeUInt16LE(value.reduce((sum, byte) => (sum + byte) & 0xffff, 0))
  return Buffer.concat([head, value, checksum])
}
