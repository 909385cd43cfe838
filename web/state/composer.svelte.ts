import type { Bytes } from '#shared/bytes.ts'
import type { FolderName, Placed } from '#shared/contract/mail.ts'
import { PosternError } from '#shared/errors.ts'
import { appendMessage, deleteMessage, sendMessage } from '../client/mail.ts'
import { Engine } from '../engine/engine.ts'
import { safeFileName, saveFile } from '../lib/save-file.ts'
import { announcer } from './announcer.svelte.ts'
import {
  type Answer,
  answerTo,
  draftOf,
  type DraftFields,
  EMPTY,
  fieldsOfSaved,
  readAddresses,
} from './draft.ts'
import { mailbox } from './mailbox.svelte.ts'
import { type Obstacle, persist } from './persist.ts'
import { reader } from './reader.svelte.ts'
import { router } from './route.svelte.ts'
import { sealFields } from './sealing.ts'
import { session } from './session.svelte.ts'

export type Act = 'save' | 'send' | 'file'

export type Composing =
  | { readonly kind: 'writing' }
  | { readonly kind: 'working'; readonly act: Act; readonly obstacle: Obstacle | null }
  | { readonly kind: 'stopped'; readonly act: Act; readonly error: PosternError }

/** A sealed form of the draft, kept so that trying again sends the same message and not a second one. */
type Sealed = { readonly print: string; readonly bytes: Bytes; readonly key: string }

/** The one draft being written. It stays here, whatever the user looks at, until it is sent or discarded. */
class Composer {
  fields = $state.raw<DraftFields>(EMPTY)
  state = $state.raw<Composing>({ kind: 'writing' })
  /** Where this draft lies in the mailbox, once saved. */
  saved = $state.raw<Placed | null>(null)
  #savedPrint = $state(printOf(EMPTY))
  #sealed: Sealed | null = null
  readonly #engine = new Engine()
  #work: AbortController | null = null

  /** Whether something would be lost. */
  readonly dirty = $derived(printOf(this.fields) !== this.#savedPrint)

  /** Changes some fields. */
  edit(change: Partial<DraftFields>): void {
    this.fields = { ...this.fields, ...change }
    if (this.state.kind === 'stopped') this.state = { kind: 'writing' }
  }

  /** An empty draft; one that is not saved yet is gone on with instead. */
  begin(): void {
    if (!this.dirty && this.saved === null) this.#start(EMPTY, null)
    router.go({ at: 'compose' })
  }

  /** Answers the message on the screen. An unsaved draft is saved first. */
  async answer(answer: Answer): Promise<void> {
    const { reading } = reader
    const user = session.session?.user
    if (reading.kind !== 'opened' || user === undefined) return
    if (this.dirty && !(await this.save())) {
      router.go({ at: 'compose' })
      announcer.warn('Your other draft is not saved yet. Save or discard it first.')
      return
    }
    this.#start(answerTo(reading.message, answer, user), null)
    router.go({ at: 'compose' })
  }

  /** Goes on with the saved draft on the screen. */
  resume(): void {
    const { reading, source } = reader
    if (reading.kind !== 'opened' || source?.kind !== 'mail') return
    this.#start(fieldsOfSaved(reading.message), { folder: source.folder, uid: source.uid })
    router.go({ at: 'compose' })
  }

  discard(): void {
    this.cancel()
    this.#start(EMPTY, null)
  }

  cancel(): void {
    this.#work?.abort()
  }

  /** Files the draft in Drafts, encrypted to the writer alone where it is to be encrypted. Whether it worked. */
  async save(): Promise<boolean> {
    return this.#do('save', async (fields, signal) => {
      const bytes = await this.#seal(fields, 'self', signal)
      const key = crypto.randomUUID()
      const placed = await this.#persist(() => appendMessage('drafts', bytes, key), signal)
      await this.#dropSaved()
      this.saved = placed
      announcer.say('Saved in Drafts')
    })
  }

  /** Sends it, and files it in Sent. Whether it worked. */
  async send(): Promise<boolean> {
    const done = await this.#do('send', async (fields, signal) => {
      const sealed = await this.#sealOnce(fields, signal)
      const to = [...readAddresses(fields.to).addresses, ...readAddresses(fields.cc).addresses]
      const addresses = [...new Set(to.map(({ address }) => address))]
      await this.#persist(() => sendMessage(addresses, sealed.bytes, sealed.key), signal)
      await this.#dropSaved()
      announcer.say('Sent')
    })
    if (done) this.#start(EMPTY, null)
    return done
  }

  /** Saves what would be sent as a file on this device. Whether it worked. */
  async saveAsFile(): Promise<boolean> {
    return this.#do(
      'file',
      async (fields, signal) => {
        const bytes = await this.#seal(fields, 'everyone', signal)
        saveFile(`${safeFileName(fields.subject || 'message')}.eml`, bytes)
        announcer.say('Saved as a file')
      },
      false,
    )
  }

  #start(fields: DraftFields, saved: Placed | null): void {
    this.fields = fields
    this.saved = saved
    this.#savedPrint = printOf(fields)
    this.#sealed = null
    this.state = { kind: 'writing' }
  }

  async #do(
    act: Act,
    work: (fields: DraftFields, signal: AbortSignal) => Promise<void>,
    countsAsSaved = true,
  ): Promise<boolean> {
    const { fields } = this
    this.#work = new AbortController()
    this.state = { kind: 'working', act, obstacle: null }
    try {
      await work(fields, this.#work.signal)
      if (countsAsSaved) this.#savedPrint = printOf(fields)
      this.state = { kind: 'writing' }
      this.#relist()
      return true
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      this.state = { kind: 'stopped', act, error }
      return false
    }
  }

  #seal(fields: DraftFields, readers: 'self' | 'everyone', signal: AbortSignal): Promise<Bytes> {
    const user = session.session?.user
    if (user === undefined) throw new PosternError('session/required', 'Nobody is signed in.')
    const patience = { signal, onWait: this.#onWait }
    return sealFields({
      draft: draftOf(fields, user),
      fields,
      readers,
      engine: this.#engine,
      patience,
    })
  }

  async #sealOnce(fields: DraftFields, signal: AbortSignal): Promise<Sealed> {
    const print = printOf(fields)
    if (this.#sealed?.print !== print) {
      const bytes = await this.#seal(fields, 'everyone', signal)
      this.#sealed = { print, bytes, key: crypto.randomUUID() }
    }
    return this.#sealed
  }

  #persist<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return persist(attempt, { signal, onWait: this.#onWait })
  }

  readonly #onWait = (obstacle: Obstacle | null): void => {
    if (this.state.kind === 'working') this.state = { ...this.state, obstacle }
  }

  /** The older form of this draft is superseded. Should it stay, that is untidy and no loss. */
  async #dropSaved(): Promise<void> {
    if (this.saved === null) return
    await deleteMessage(this.saved.folder, this.saved.uid).catch((error: unknown) => {
      if (!(error instanceof PosternError)) throw error
    })
    this.saved = null
  }

  #relist(): void {
    const changed: readonly FolderName[] = ['drafts', 'sent']
    if (changed.includes(mailbox.folder)) void mailbox.load(mailbox.folder)
  }
}

/** Two drafts are the same when their prints are. */
function printOf({ attachments, ...words }: DraftFields): string {
  return JSON.stringify([words, attachments.map(({ name, bytes }) => [name, bytes.length])])
}

export const composer = new Composer()
