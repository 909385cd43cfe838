import { join } from 'node:path'
import { type Envelope, type FolderName, folderName, type Placed } from '#shared/contract/mail.ts'
import { AppendMemory } from './append-memory.ts'
import { onDisk } from './disk-failure.ts'
import { dropStaged } from './durable-file.ts'
import { ENVELOPE_HEAD_BYTES, type HeaderSummary, summariseHead } from './envelope.ts'
import { FolderStore } from './folder-store.ts'
import { createInTurn } from './in-turn.ts'
import type { Flags, Mailbox } from './mailbox.ts'
import type { MessageName } from './message-name.ts'

type Summary = HeaderSummary & { readonly size: number }

const MAX_SUMMARIES = 20_000 // of about half a kilobyte: what a long list costs in memory, per user

/**
 * A mailbox in a folder of this machine, one sub-folder for each mail folder. This process must be the only one
 * that changes it (the data folder's lock sees to that).
 */
export async function openLocalMailbox(path: string): Promise<Mailbox> {
  const mailbox = new LocalMailbox(path)
  await onDisk(() => mailbox.prepare())
  return mailbox
}

class LocalMailbox implements Mailbox {
  readonly #stores: ReadonlyMap<FolderName, FolderStore>
  readonly #memory: AppendMemory
  readonly #line = createInTurn()
  /** By folder and uid, the longest known first. The bytes behind a uid never change, so a summary stays right. */
  readonly #summaries = new Map<string, Summary>()

  constructor(path: string) {
    this.#stores = new Map(
      folderName.options.map((name) => [name, new FolderStore(join(path, name))]),
    )
    this.#memory = new AppendMemory(join(path, '.appended'))
  }

  async prepare(): Promise<void> {
    for (const store of this.#stores.values()) await store.prepare()
    await this.#memory.prepare()
  }

  readonly folders: Mailbox['folders'] = () =>
    this.#inTurn(() =>
      Promise.all(
        [...this.#stores].map(async ([name, store]) => {
          const messages = await store.names()
          const unread = messages.filter(({ flags }) => !flags.seen).length
          return { name, total: messages.length, unread }
        }),
      ),
    )

  readonly list: Mailbox['list'] = (folder, { before, limit }) =>
    this.#inTurn(async () => {
      const names = await this.#store(folder).names()
      const older = before === undefined ? names : names.filter(({ uid }) => uid < before)
      const messages: Envelope[] = []
      for (const name of older.slice(0, limit)) messages.push(await this.#envelope(folder, name))
      return { messages, next: older.length > limit ? (messages.at(-1)?.uid ?? null) : null }
    })

  readonly read: Mailbox['read'] = (folder, uid) =>
    this.#inTurn(() => this.#store(folder).read(uid))

  readonly setFlags: Mailbox['setFlags'] = (folder, uid, changes) =>
    this.#inTurn(async () => {
      const store = this.#store(folder)
      const name = await store.get(uid)
      return this.#envelope(folder, await store.rename(name, { ...name.flags, ...changes }))
    })

  readonly move: Mailbox['move'] = (folder, uid, to) =>
    this.#inTurn(async () => {
      const store = this.#store(folder)
      const name = await store.get(uid)
      if (folder === to) return { folder, uid }
      const moved = await store.moveTo(this.#store(to), name)
      this.#summaries.delete(summaryKey(folder, uid))
      return { folder: to, uid: moved.uid }
    })

  readonly append: Mailbox['append'] = async (folder, message, { flags, idempotencyKey }) => {
    const staged = await onDisk(() => this.#store(folder).stage(message)) // a slow sender keeps nobody waiting
    try {
      return await this.#inTurn(() =>
        idempotencyKey === undefined
          ? this.#file(folder, staged, flags)
          : this.#fileOnce(folder, staged, flags, idempotencyKey),
      )
    } finally {
      await dropStaged(staged)
    }
  }

  readonly remove: Mailbox['remove'] = (folder, uid) =>
    this.#inTurn(async () => {
      const store = this.#store(folder)
      await store.remove(await store.get(uid))
      this.#summaries.delete(summaryKey(folder, uid))
    })

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    return this.#line(() => onDisk(task))
  }

  async #file(folder: FolderName, staged: string, flags: Flags): Promise<Placed> {
    const uid = await this.#store(folder).reserveUid()
    await this.#store(folder).place(staged, { uid, flags })
    return { folder, uid }
  }

  async #fileOnce(folder: FolderName, staged: string, flags: Flags, key: string): Promise<Placed> {
    const known = await this.#memory.recall(key)
    const uid = known?.uid ?? (await this.#store(folder).reserveUid())
    const placed = { folder: known?.folder ?? folder, uid }
    if (known?.filed === true) return placed
    if (known === null) await this.#memory.remember(key, { ...placed, filed: false })
    const store = this.#store(placed.folder)
    if (!(await store.has(uid))) await store.place(staged, { uid, flags })
    await this.#memory.remember(key, { ...placed, filed: true })
    return placed
  }

  async #envelope(folder: FolderName, name: MessageName): Promise<Envelope> {
    const key = summaryKey(folder, name.uid)
    const summary = this.#summaries.get(key) ?? (await this.#summarise(folder, name))
    this.#summaries.set(key, summary)
    return { ...summary, uid: name.uid, ...name.flags }
  }

  async #summarise(folder: FolderName, name: MessageName): Promise<Summary> {
    const { bytes, size } = await this.#store(folder).head(name, ENVELOPE_HEAD_BYTES)
    const [oldest] = this.#summaries.keys()
    if (this.#summaries.size >= MAX_SUMMARIES && oldest !== undefined)
      this.#summaries.delete(oldest)
    return { ...summariseHead(bytes), size }
  }

  #store(folder: FolderName): FolderStore {
    const store = this.#stores.get(folder)
    if (store === undefined) throw new TypeError(`no folder ${folder}`)
    return store
  }
}

function summaryKey(folder: FolderName, uid: number): string {
  return `${folder}/${uid}`
}
