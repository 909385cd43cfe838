import type { Bytes } from '#shared/bytes.ts'

const REVOKE_AFTER_MS = 60_000 // the download has long begun by then

/** Hands bytes to the browser's own "save". Never a navigable type, whatever the mail declared. */
export function saveFile(name: string, bytes: Bytes): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = address
  link.download = safeFileName(name)
  link.click()
  setTimeout(() => {
    URL.revokeObjectURL(address)
  }, REVOKE_AFTER_MS)
}

/** A name without paths, control or direction-changing characters, at most 120 characters long. */
export function safeFileName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/[\\/:*?"<>|]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  return plain.slice(-120) || 'unnamed'
}
