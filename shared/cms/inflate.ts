import { type Bytes, concat } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { MAX_MESSAGE_BYTES } from '../message-size.ts'

// Mail text shrinks to a third, logs and tables to a fiftieth; the format's own limit is near 1030.
const MAX_RATIO = 200
const ALWAYS_ALLOWED = 1024 * 1024 // octets that no ratio forbids: a small message is no bomb
const CHUNK = 16 * 1024 // octets fed at a time: a bomb gives 16 MiB of each before it is noticed

/**
 * Unpacks a zlib stream (RFC 1950), with nothing behind it.
 * @throws PosternError `cms/limit` when it grows past any honest message; `cms/malformed` when it is none
 */
export async function inflate(packed: Bytes): Promise<Bytes> {
  const limit = Math.min(MAX_MESSAGE_BYTES, Math.max(ALWAYS_ALLOWED, packed.length * MAX_RATIO))
  const unpacked = inChunks(packed).pipeThrough(new DecompressionStream('deflate')).getReader()
  const pieces: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { value, done } = await unpacked.read().catch(refuse)
    if (done) return concat(...pieces)
    pieces.push(value)
    length += value.length
    if (length <= limit) continue
    await unpacked.cancel().catch(() => undefined)
    throw new PosternError('cms/limit', 'The compressed content is too large.')
  }
}

function inChunks(bytes: Bytes): ReadableStream<Bytes> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, (at += CHUNK)))
      else controller.close()
    },
  })
}

function refuse(error: unknown): never {
  throw new PosternError('cms/malformed', 'The compressed content is damaged.', { cause: error })
}
