import type { Envelope, Folder, FolderName } from '#shared/contract/mail.ts'
import { PosternError } from '#shared/errors.ts'
import { fetchFolders, fetchPage, type Flags, moveMessage, setFlags } from '../client/mail.ts'
import { persist } from './persist.ts'

type List =
  | { readonly kind: 'loading' }
  | { readonly kind: 'shown'; readonly next: number | null; readonly loadingMore: boolean }
  | { readonly kind: 'stopped'; readonly error: PosternError }

type Fetched = {
  readonly folders: readonly Folder[]
  readonly messages: readonly Envelope[]
  readonly next: number | null
}

/** The folders and the list of one of them. */
class Mailbox {
  folders = $state.raw<readonly Folder[]>([])
  folder = $state<FolderName>('inbox')
  messages = $state.raw<readonly Envelope[]>([])
  list = $state.raw<List>({ kind: 'loading' })
  /** Words that subject or people must hold to be listed. */
  filter = $state('')
  readonly shown = $derived(this.messages.filter((message) => matches(message, this.filter)))
  #loading = new AbortController()

  /**
   * Shows a folder from its newest message on, as soon as the server can be asked. What was listed stays in place
   * while the same folder is reloaded.
   */
  async load(folder: FolderName): Promise<void> {
    if (folder !== this.folder) {
      this.messages = []
      this.filter = ''
    }
    this.folder = folder
    if (this.messages.length === 0) this.list = { kind: 'loading' }
    await this.#fetch(async () => {
      const [folders, page] = await Promise.all([fetchFolders(), fetchPage(folder, null)])
      return { folders, messages: page.messages, next: page.next }
    })
  }

  /** Appends the next page. */
  async more(): Promise<void> {
    const { list, messages, folder, folders } = this
    if (list.kind !== 'shown' || list.next === null || list.loadingMore) return
    const before = list.next
    this.list = { ...list, loadingMore: true }
    await this.#fetch(async () => {
      const page = await fetchPage(folder, before)
      return { folders, messages: [...messages, ...page.messages], next: page.next }
    })
  }

  /** The latest fetch is shown; one that was overtaken is given up. */
  async #fetch(attempt: () => Promise<Fetched>): Promise<void> {
    this.#loading.abort()
    const { signal } = (this.#loading = new AbortController())
    try {
      const { folders, messages, next } = await persist(attempt, { signal })
      if (signal.aborted) return
      this.folders = folders
      this.messages = messages
      this.list = { kind: 'shown', next, loadingMore: false }
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      if (!signal.aborted) this.list = { kind: 'stopped', error }
    }
  }

  /** The listed message with this uid, or null. */
  find(folder: FolderName, uid: number): Envelope | null {
    if (folder !== this.folder) return null
    return this.messages.find((message) => message.uid === uid) ?? null
  }

  /** Sets flags, on the screen at once; a refusal puts them back and is thrown. */
  async flag(folder: FolderName, uid: number, flags: Flags): Promise<void> {
    const before = this.find(folder, uid)
    this.#change(folder, uid, flags)
    try {
      await setFlags(folder, uid, flags)
    } catch (error) {
      if (before !== null) this.#change(folder, uid, before)
      throw error
    }
  }

  /** Moves a message and takes it from the list. */
  async move(folder: FolderName, uid: number, to: FolderName): Promise<void> {
    await moveMessage(folder, uid, to)
    if (folder === this.folder) this.messages = this.messages.filter((one) => one.uid !== uid)
    this.folders = await fetchFolders()
  }

  #change(folder: FolderName, uid: number, flags: Flags): void {
    const before = this.find(folder, uid)
    if (before === null) return
    const after = { ...before, ...flags }
    this.messages = this.messages.map((one) => (one.uid === uid ? after : one))
    const step = Number(before.seen) - Number(after.seen)
    this.folders = this.folders.map((one) =>
      one.name === folder ? { ...one, unread: Math.max(0, one.unread + step) } : one,
    )
  }
}

function matches({ subject, from, to }: Envelope, filter: string): boolean {
  const text = `${subject}\n${from}\n${to}`.toLocaleLowerCase()
  const words = filter.toLocaleLowerCase().split(/\s+/)
  return words.every((word) => text.includes(word))
}

export const mailbox = new Mailbox()
