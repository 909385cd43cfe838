import { displayText } from './display-text.ts'

const MAX_NAME = 120 // shown in one line, saved by every file system (255 bytes of UTF-8)
const MAX_READ = 1000 // of what is declared; the end, which holds the ending

/**
 * A file name from a mail that is safe to show and to save under: no path, no control or direction marks,
 * no characters that a file system gives a meaning, not hidden, not empty. The ending is kept.
 */
export function safeAttachmentName(name: string | null, fallback: string): string {
  const clean = displayText((name ?? '').slice(-MAX_READ))
    .replace(/^.*[/\\]/, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
  return clean === '' ? fallback : shortened(clean)
}

function shortened(name: string): string {
  const letters = Array.from(name)
  if (letters.length <= MAX_NAME) return name
  const ending = /\.[^.]{1,10}$/.exec(name)?.[0] ?? ''
  return letters.slice(0, MAX_NAME - ending.length).join('') + ending
}
