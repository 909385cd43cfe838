import { isPosternError } from '#shared/errors.ts'
import type { Attachment } from '#shared/smime/opened-message.ts'
import { pictureUrl, previewOf } from '../../lib/media.ts'

/** The pictures that a message's HTML may show, as data: URLs by content id. What cannot be had is left out. */
export async function inlinePictures(
  attachments: readonly Attachment[],
): Promise<ReadonlyMap<string, string>> {
  const pairs = await Promise.all(attachments.map(addressOf))
  return new Map(pairs.flatMap((pair) => (pair === null ? [] : [pair])))
}

async function addressOf({
  contentId,
  mediaType,
  size,
  bytes,
}: Attachment): Promise<readonly [string, string] | null> {
  if (contentId === null || previewOf(mediaType, size) !== 'picture') return null
  try {
    const address = pictureUrl(mediaType, await bytes())
    return address === null ? null : [contentId, address]
  } catch (error) {
    if (isPosternError(error)) return null
    throw error
  }
}
