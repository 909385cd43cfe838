import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { link, open, rename, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { PosternError } from '#shared/errors.ts'

/** Half-written files begin so; whatever begins so at start is rubbish. */
export const TEMPORARY_PREFIX = '.tmp-'

/**
 * Writes the bytes to a temporary file of the folder, down to the disk, and answers its path. `placeStaged` or
 * `dropStaged` must follow.
 * @throws PosternError `request/too-large` beyond `most` bytes; nothing stays behind then
 */
export async function stage(
  folder: string,
  content: AsyncIterable<Uint8Array>,
  most: number,
): Promise<string> {
  const path = temporaryIn(folder)
  try {
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true })
    await pipeline(Readable.from(content, { objectMode: false }), atMost(most), file)
    return path
  } catch (error) {
    await dropStaged(path)
    throw error
  }
}

/**
 * Gives a staged file its name, for good when this resolves. A link, unlike a rename, never replaces a file that
 * has the name already.
 */
export async function placeStaged(staged: string, path: string): Promise<void> {
  await link(staged, path)
  await unlink(staged)
  await syncFolder(dirname(path))
}

/** Forgets a staged file; fine when it is gone already. */
export async function dropStaged(staged: string): Promise<void> {
  await unlink(staged).catch(() => undefined)
}

/** Replaces a small file whole: a reader sees the old text or the new, never a part. */
export async function replaceDurably(path: string, text: string): Promise<void> {
  const temporary = temporaryIn(dirname(path), basename(path))
  await writeFile(temporary, text, { flag: 'wx', mode: 0o600, flush: true })
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

/** Makes renames and removals in the folder outlast a power failure. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function temporaryIn(folder: string, hint = 'message'): string {
  return join(folder, `${TEMPORARY_PREFIX}${hint}-${randomUUID()}`)
}

function atMost(most: number): Transform {
  let seen = 0
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      seen += chunk.length
      if (seen <= most) done(null, chunk)
      else done(new PosternError('request/too-large', `A message may have ${most} bytes at most.`))
    },
  })
}
