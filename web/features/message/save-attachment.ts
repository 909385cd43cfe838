import { isPosternError } from '#shared/errors.ts'
import type { Attachment } from '#shared/smime/opened-message.ts'
import { saveFile } from '../../lib/save-file.ts'
import { announcer } from '../../state/announcer.svelte.ts'

/** Decodes an attachment, and hands it to the browser to save. */
export async function saveAttachment({ name, bytes }: Attachment): Promise<void> {
  try {
    saveFile(name, await bytes())
  } catch (error) {
    if (!isPosternError(error)) throw error
    announcer.warn(`${name} was not saved. ${error.message}`)
  }
}
