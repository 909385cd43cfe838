import { base64 } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'

// The types that a browser shows as a picture and as nothing else. SVG is a document with scripts: never here.
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp']
const MAX_TEXT = 1_000_000 // bytes; longer texts are for a program of their own

/** How an attachment may be looked at inside the app. */
export type Preview = 'picture' | 'text' | 'none'

/** Decided by the declared type, which is then the only one that the bytes are shown as. */
export function previewOf(mediaType: string, size: number): Preview {
  if (PICTURES.includes(mediaType)) return 'picture'
  const readable =
    mediaType === 'text/plain' || mediaType === 'text/csv' || mediaType === 'text/calendar'
  return readable && size <= MAX_TEXT ? 'text' : 'none'
}

/** A data: URL of a picture, or null for any other type. */
export function pictureUrl(mediaType: string, bytes: Bytes): string | null {
  return PICTURES.includes(mediaType) ? `data:${mediaType};base64,${base64(bytes)}` : null
}
