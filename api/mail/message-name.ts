import type { Flags } from './mailbox.ts'

/** A stored message, as its file name tells it: `<uid>,<flags>.eml`, flags `S` (seen) and `F` (flagged) in this order. */
export type MessageName = { readonly uid: number; readonly flags: Flags }

/** The file name; `parseMessageName` undoes it. */
export function messageName({ uid, flags }: MessageName): string {
  return `${uid},${flags.seen ? 'S' : ''}${flags.flagged ? 'F' : ''}.eml`
}

/** Null for any other file: it is not a message, and not ours to touch. */
export function parseMessageName(file: string): MessageName | null {
  const match = /^([1-9]\d{0,14}),(S?)(F?)\.eml$/.exec(file)
  if (match === null) return null
  return { uid: Number(match[1]), flags: { seen: match[2] === 'S', flagged: match[3] === 'F' } }
}
