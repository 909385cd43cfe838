import type { Bytes } from '#shared/bytes.ts'
import { open } from '#shared/smime/open.ts'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import type { Reader } from '#shared/smime/reader.ts'
import type { Certificate } from '#shared/x509/certificate.ts'
import { readerKeys, type SoftwareKey, softwareUnwrap } from './software-keys.ts'

/** Someone who reads now, with these keys in memory and these anchors. */
export function readerOf(keys: readonly SoftwareKey[], anchors: readonly Certificate[]): Reader {
  return { keys: readerKeys(keys), unwrap: softwareUnwrap(keys), anchors, at: new Date() }
}

export function openAs(
  bytes: Bytes,
  keys: readonly SoftwareKey[],
  anchors: readonly Certificate[],
): Promise<OpenedMessage> {
  return open(bytes, readerOf(keys, anchors))
}

/** The text of all leaves, and nothing else, for comparing. */
export function textOf(message: OpenedMessage): string {
  return message.body
    .map((leaf) => (leaf.kind === 'html' ? leaf.html : leaf.text))
    .join('\n')
    .trim()
}

/** The attachments as a reader saves them: what is listed of each, and its content. */
export function savedFiles({ attachments }: OpenedMessage) {
  return Promise.all(
    attachments.map(async ({ bytes, ...facts }) => ({ ...facts, bytes: await bytes() })),
  )
}
