import type { Bytes } from '../bytes.ts'

/**
 * Text of bytes in a declared charset. Without a known charset: UTF-8 where the bytes are that, else
 * windows-1252, which gives every byte some letter. Never throws.
 */
export function decodeText(bytes: Bytes, charset: string | null): string {
  const name = charset?.trim().toLowerCase() ?? ''
  const decoder = name === '' || name === 'us-ascii' ? null : decoderFor(name)
  return decoder === null ? decodeUnlabelled(bytes) : decoder.decode(bytes)
}

function decodeUnlabelled(bytes: Bytes): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

function decoderFor(name: string): TextDecoder | null {
  try {
    return new TextDecoder(name)
  } catch {
    return null
  }
}
