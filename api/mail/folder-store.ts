import { mkdir, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Bytes } from '#shared/bytes.ts'
import { MAX_MESSAGE_BYTES } from '#shared/message-size.ts'
import { PosternError } from '#shared/errors.ts'
import { placeStaged, replaceDurably, stage, syncFolder, TEMPORARY_PREFIX } from './durable-file.ts'
import type { Flags, MessageSource, StoredMessage } from './mailbox.ts'
import { type MessageName, messageName, parseMessageName } from './message-name.ts'

const COUNTER = 'next-uid'

/**
 * The messages of one folder as files. The folder itself is the truth: nothing is held in memory that could
 * differ from it. Calls that change it must come one after another; the mailbox sees to that.
 */
export class FolderStore {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Makes the folder where it is missing, and clears what a crash left half-written. */
  async prepare(): Promise<void> {
    await mkdir(this.#path, { recursive: true, mode: 0o700 })
    for (const file of await readdir(this.#path)) {
      if (file.startsWith(TEMPORARY_PREFIX)) await rm(join(this.#path, file), { force: true })
    }
  }

  /** Every message, the newest first. */
  async names(): Promise<MessageName[]> {
    const names = (await readdir(this.#path)).map(parseMessageName).filter((name) => name !== null)
    return names.sort((a, b) => b.uid - a.uid)
  }

  /** @throws PosternError `mail/not-found` */
  async get(uid: number): Promise<MessageName> {
    const name = (await this.names()).find((candidate) => candidate.uid === uid)
    if (name === undefined) throw notFound()
    return name
  }

  /** The first bytes of a message, `most` at most, and how long it is. */
  async head(name: MessageName, most: number): Promise<{ bytes: Bytes; size: number }> {
    const file = await open(this.#file(name)).catch(absent)
    try {
      const { size } = await file.stat()
      const bytes = new Uint8Array(Math.min(size, most))
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
      return { bytes: bytes.subarray(0, bytesRead), size }
    } finally {
      await file.close()
    }
  }

  async read(uid: number): Promise<StoredMessage> {
    const file = await open(this.#file(await this.get(uid))).catch(absent)
    const { size } = await file.stat()
    const stream = Readable.toWeb(file.createReadStream()) as ReadableStream<Uint8Array>
    return { size, stream }
  }

  /** Takes a uid that was never given before, and never will be again, whatever happens to the message. */
  async reserveUid(): Promise<number> {
    const counter = join(this.#path, COUNTER)
    const counted = Number(await readFile(counter, 'utf8').catch(emptyWhenAbsent))
    const highest = (await this.names())[0]?.uid ?? 0
    const uid = Math.max(counted, highest + 1, 1)
    await replaceDurably(counter, String(uid + 1))
    return uid
  }

  /**
   * Takes a message in without showing it yet; may run beside other calls. Answers the staged file.
   * @throws PosternError `request/too-large`
   */
  stage(message: MessageSource): Promise<string> {
    return stage(this.#path, message, MAX_MESSAGE_BYTES)
  }

  async place(staged: string, name: MessageName): Promise<void> {
    await placeStaged(staged, this.#file(name))
  }

  async rename(name: MessageName, flags: Flags): Promise<MessageName> {
    const changed = { uid: name.uid, flags }
    await rename(this.#file(name), this.#file(changed)).catch(absent)
    await syncFolder(this.#path)
    return changed
  }

  /** Moves a message into another folder of the same mailbox, under a uid reserved there. */
  async moveTo(other: FolderStore, name: MessageName): Promise<MessageName> {
    const moved = { uid: await other.reserveUid(), flags: name.flags }
    await rename(this.#file(name), other.#file(moved)).catch(absent)
    await syncFolder(other.#path)
    await syncFolder(this.#path)
    return moved
  }

  async remove(name: MessageName): Promise<void> {
    await unlink(this.#file(name)).catch(absent)
    await syncFolder(this.#path)
  }

  async has(uid: number): Promise<boolean> {
    return (await this.names()).some((name) => name.uid === uid)
  }

  #file(name: MessageName): string {
    return join(this.#path, messageName(name))
  }
}

function emptyWhenAbsent(error: unknown): string {
  if (isAbsent(error)) return ''
  throw error
}

function absent(error: unknown): never {
  throw isAbsent(error) ? notFound() : error
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function notFound(): PosternError {
  return new PosternError('mail/not-found', 'This message is not here any more.')
}
