import { untrack } from 'svelte'
import type { FolderName } from '#shared/contract/mail.ts'
import { isPosternError } from '#shared/errors.ts'
import { mailbox } from './mailbox.svelte.ts'
import { reader } from './reader.svelte.ts'
import { type Route, router } from './route.svelte.ts'

/** Makes lists and messages follow the address, and moves through them. */
class Navigation {
  /** The folder listed beside whatever is open. */
  folder = $state<FolderName>('inbox')
  /** The row that the keyboard stands on. */
  focused = $state<number | null>(null)
  #loaded: FolderName | null = null
  #before: Route = { at: 'mail', folder: 'inbox', uid: null }

  /** To be called whenever the route has changed. */
  follow(route: Route): void {
    untrack(() => {
      if (route.at !== 'compose') this.#before = route
      if (route.at === 'mail') this.folder = route.folder
      if (this.#loaded !== this.folder) {
        this.#loaded = this.folder
        this.focused = null
        void mailbox.load(this.folder)
      }
      if (route.at === 'file' && reader.source?.kind !== 'file') router.replace(HOME)
      if (route.at !== 'mail') return
      if (route.uid === null) reader.close()
      else void this.#read(route.folder, route.uid)
    })
  }

  /** One level up: from a draft to what was there before, from a message to its list. */
  back(): void {
    const { current } = router
    if (current.at === 'compose') router.go(this.#before)
    else if (current.at !== 'mail' || current.uid !== null) {
      router.go({ at: 'mail', folder: this.folder, uid: null })
    }
  }

  /** Moves the keyboard's row by so many, and shows it. */
  step(by: 1 | -1): void {
    const rows = mailbox.shown
    const from = rows.findIndex(({ uid }) => uid === (this.focused ?? this.#openUid()))
    const row = rows[from === -1 ? 0 : from + by]
    if (row === undefined) return
    this.focused = row.uid
    document.querySelector(`[data-uid="${String(row.uid)}"]`)?.scrollIntoView({ block: 'nearest' })
  }

  /** Opens the keyboard's row. */
  openFocused(): void {
    if (this.focused !== null) router.go({ at: 'mail', folder: this.folder, uid: this.focused })
  }

  #openUid(): number | null {
    return reader.source?.kind === 'mail' ? reader.source.uid : null
  }

  async #read(folder: FolderName, uid: number): Promise<void> {
    this.focused = uid
    const { source } = reader
    if (source?.kind === 'mail' && source.folder === folder && source.uid === uid) return
    await reader.open({ kind: 'mail', folder, uid })
    if (reader.reading.kind !== 'opened' || this.#openUid() !== uid) return
    const envelope = mailbox.find(folder, uid)
    if (envelope === null || envelope.seen) return
    await mailbox.flag(folder, uid, { seen: true }).catch((error: unknown) => {
      if (!isPosternError(error)) throw error // the dot stays; nothing else is lost
    })
  }
}

const HOME: Route = { at: 'mail', folder: 'inbox', uid: null }

export const navigation = new Navigation()
