import { announcer } from '../../state/announcer.svelte.ts'
import { composer } from '../../state/composer.svelte.ts'

const MAX_TOGETHER = 25_000_000 // bytes; many mail servers take no more than this once encoded

/** Attaches files of this device to the draft that was being written when they were chosen. */
export async function addFiles(files: Iterable<File>): Promise<void> {
  const chosen = [...files]
  const { draft } = composer
  const before = composer.fields.attachments.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (chosen.reduce((sum, { size }) => sum + size, before) > MAX_TOGETHER) {
    announcer.warn('The attachments would be larger than 25 MB together.')
    return
  }
  const read = await Promise.all(
    chosen.map(async (file) => ({
      name: file.name,
      mediaType: file.type || 'application/octet-stream',
      bytes: new Uint8Array(await file.arrayBuffer()),
    })),
  )
  const attachments = [...composer.fields.attachments, ...read]
  if (composer.draft !== draft || !composer.edit({ attachments })) {
    announcer.warn('The files were not attached.')
  }
}
