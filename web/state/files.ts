import { type Bytes, utf8 } from '#shared/bytes.ts'
import { MAX_MESSAGE_BYTES } from '#shared/message-size.ts'
import { announcer } from './announcer.svelte.ts'
import { reader } from './reader.svelte.ts'
import { router } from './route.svelte.ts'

/** What the file picker offers. */
export const MESSAGE_FILES =
  '.eml,.msg,.p7m,.p7s,.p7c,.p7z,message/rfc822,application/pkcs7-mime,application/pkcs7-signature'

/** Opens a message file from this device. Its content is looked at, not its name. */
export async function openFile(file: File): Promise<void> {
  if (file.size > MAX_MESSAGE_BYTES) {
    announcer.warn(`${file.name} is larger than 100 MB, which is more than a message may be.`)
    return
  }
  await openBytes(file.name, new Uint8Array(await file.arrayBuffer()))
}

/** Opens a message from its raw text, as pasted. */
export async function openText(text: string): Promise<void> {
  await openBytes('pasted text', utf8(text))
}

async function openBytes(name: string, bytes: Bytes): Promise<void> {
  const opening = reader.open({ kind: 'file', name, bytes }) // first: a route without its file leads home
  router.go({ at: 'file' })
  await opening
}
