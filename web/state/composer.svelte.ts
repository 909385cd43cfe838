import type { Bytes } from '#shared/bytes.ts'
import type { FolderName, Placed } from '#shared/contract/mail.ts'
import { isPosternError, PosternError } from '#shared/errors.ts'
import type { AttachedFile } from '#shared/mime/compose.ts'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import type { Copy } from '#shared/smime/seal.ts'
import { appendMessage, deleteMessage } from '../client/mail.ts'
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
  filesOf,
  sameFields,
  whyNotResumed,
} from './draft.ts'
import { handOut } from './hand-out.ts'
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
  | {
      readonly kind: 'stopped'
      readonly act: Act
      readonly error: PosternError
      /** The server had been told, and may have done it. */ readonly posted: boolean
    }

/** A sealed form of the draft, kept so that trying again sends the same message and not a second one. */
type Sealed = {
  readonly fields: DraftFields
  readonly copies: readonly Copy[]
  readonly key: string
}

/** One act under way, with the draft as it was when it began. */
type Work = {
  readonly fields: DraftFields
  readonly saved: Placed | null
  readonly signal: AbortSignal
  readonly onWait: (obstacle: Obstacle | null) => void
  /** The server has been told: stopping may come too late. */
  posted: boolean
}

/** What an act leaves behind, applied only where its draft is still the one being written. */
type Done = { readonly saved: Placed | null; readonly said: string; readonly kept: boolean }

/** The one draft being written. It stays here, whatever the user looks at, until it is sent or discarded. */
class Composer {
  fields = $state.raw<DraftFields>(EMPTY)
  state = $state.raw<Composing>({ kind: 'writing' })
  /** Where this draft lies in the mailbox, once saved. */
  saved = $state.raw<Placed | null>(null)
  /** Counts the drafts, so that what was begun for one is not done to the next. */
  draft = 0
  #savedFields = $state.raw<DraftFields>(EMPTY)
  #sealed: Sealed | null = null
  readonly #engine = new Engine()
  #work: Work | null = null
  #stop = new AbortController()

  /** Whether something would be lost. */
  readonly dirty = $derived(
    this.state.kind === 'working' || !sameFields(this.fields, this.#savedFields),
  )

  /** Changes some fields. While they are being sealed or sent nothing can be changed: `false`. */
  edit(change: Partial<DraftFields>): boolean {
    if (this.state.kind === 'working') return false
    this.fields = { ...this.fields, ...change }
    this.state = { kind: 'writing' }
    return true
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
    const attachments = answer === 'forward' ? await filesOrWarn(reading.message) : []
    if (attachments === null || !(await this.#makeRoom())) return
    this.#start({ ...answerTo(reading.message, answer, user), attachments }, null)
    router.go({ at: 'compose' })
  }

  /** Goes on with the saved draft on the screen, where all of it can be. An unsaved draft is saved first. */
  resume(): void {
    const { reading, source } = reader
    if (reading.kind !== 'opened' || source?.kind !== 'mail' || source.folder !== 'drafts') return
    if (this.saved?.uid === source.uid) {
      router.go({ at: 'compose' })
      return
    }
    const reason = whyNotResumed(reading.message)
    if (reason === null) void this.#resume(reading.message, source)
    else announcer.warn(`${reason} The draft stays as it is.`)
  }

  async #resume(message: OpenedMessage, { folder, uid }: Placed): Promise<void> {
    const attachments = await filesOrWarn(message)
    if (attachments === null || !(await this.#makeRoom())) return
    this.#start({ ...fieldsOfSaved(message), attachments }, { folder, uid })
    router.go({ at: 'compose' })
  }

  /** Puts away the draft that is being written. Whether that worked. */
  async #makeRoom(): Promise<boolean> {
    if (!this.dirty || (await this.save())) return true
    router.go({ at: 'compose' })
    announcer.warn('Your other draft is not saved yet. Save or discard it first.')
    return false
  }

  /** Drops the draft. Not while something is done with it: that has to be cancelled first. */
  discard(): void {
    if (this.state.kind !== 'working') this.#start(EMPTY, null)
  }

  cancel(): void {
    this.#stop.abort()
  }

  /** Files the draft in Drafts, encrypted to the writer alone where it is to be encrypted. Whether it worked. */
  async save(): Promise<boolean> {
    return this.#do('save', async (work) => {
      const bytes = firstOf(await this.#seal(work, 'keep'))
      const key = crypto.randomUUID()
      const saved = await post(work, () => appendMessage('drafts', bytes, key, work.signal))
      await dropSaved(work)
      return { saved, said: 'Saved in Drafts', kept: true }
    })
  }

  /** Sends it, and files it in Sent. Whether it worked. */
  async send(): Promise<boolean> {
    const done = await this.#do('send', async (work) => {
      const { copies, key } = await this.#sealOnce(work)
      await handOut(copies, key, work.signal, (attempt) => post(work, attempt))
      await dropSaved(work)
      return { saved: null, said: 'Sent', kept: true }
    })
    if (done) this.#start(EMPTY, null)
    return done
  }

  /** Saves what would be sent to To and Cc as a file on this device. Whether it worked. */
  async saveAsFile(): Promise<boolean> {
    return this.#do('file', async (work) => {
      const bytes = firstOf(await this.#seal(work, 'send'))
      saveFile(`${safeFileName(work.fields.subject || 'message')}.eml`, bytes)
      return { saved: work.saved, said: 'Saved as a file', kept: false }
    })
  }

  #start(fields: DraftFields, saved: Placed | null): void {
    this.draft++
    this.fields = fields
    this.saved = saved
    this.#savedFields = fields
    this.#sealed = null
    this.state = { kind: 'writing' }
  }

  /** Does one act at a time. Its outcome counts only while it is the act under way. */
  async #do(act: Act, task: (work: Work) => Promise<Done>): Promise<boolean> {
    if (this.state.kind === 'working') return false
    const work = this.#begin(act)
    try {
      const { saved, said, kept } = await task(work)
      if (this.#work !== work) return false
      this.saved = saved
      if (kept) this.#savedFields = work.fields
      announcer.say(said)
      relist()
      return true
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      const { posted } = work
      if (this.#work === work) this.state = { kind: 'stopped', act, error, posted }
      return false
    } finally {
      if (this.#work === work) this.#end()
    }
  }

  #begin(act: Act): Work {
    this.#stop = new AbortController()
    const work: Work = {
      fields: this.fields,
      saved: this.saved,
      signal: this.#stop.signal,
      onWait: (obstacle) => {
        if (this.#work === work) this.state = { kind: 'working', act, obstacle }
      },
      posted: false,
    }
    this.#work = work
    this.state = { kind: 'working', act, obstacle: null }
    return work
  }

  #end(): void {
    this.#work = null
    if (this.state.kind === 'working') this.state = { kind: 'writing' }
  }

  #seal(patience: Work, purpose: 'keep' | 'send'): Promise<readonly Copy[]> {
    const user = session.session?.user
    if (user === undefined) throw new PosternError('session/required', 'Nobody is signed in.')
    const { fields } = patience
    const draft = draftOf(fields, user)
    return sealFields({ draft, fields, purpose, engine: this.#engine, patience })
  }

  async #sealOnce(work: Work): Promise<Sealed> {
    const { fields } = work
    if (this.#sealed !== null && sameFields(this.#sealed.fields, fields)) return this.#sealed
    const sealed = { fields, copies: await this.#seal(work, 'send'), key: crypto.randomUUID() }
    if (this.#work === work) this.#sealed = sealed
    return sealed
  }
}

/** The copy for To and Cc, or the one to keep. */
function firstOf([first]: readonly Copy[]): Bytes {
  if (first === undefined) throw new TypeError('a message without a copy')
  return first.bytes
}

/** The files of a message for a draft; null, and said, where they could not be had. */
async function filesOrWarn(message: OpenedMessage): Promise<AttachedFile[] | null> {
  try {
    return await filesOf(message)
  } catch (error) {
    if (!isPosternError(error)) throw error
    announcer.warn(`The files of this message could not be read. ${error.message}`)
    return null
  }
}

function post<T>(work: Work, attempt: () => Promise<T>): Promise<T> {
  return persist(() => {
    work.posted = true
    return attempt()
  }, work)
}

/** The older form of a draft is superseded. Should it stay, that is untidy and no loss. */
async function dropSaved({ saved }: Work): Promise<void> {
  if (saved === null) return
  await deleteMessage(saved.folder, saved.uid).catch((error: unknown) => {
    if (!(error instanceof PosternError)) throw error
  })
}

function relist(): void {
  const changed: readonly FolderName[] = ['drafts', 'sent']
  if (changed.includes(mailbox.folder)) void mailbox.load(mailbox.folder)
}

export const composer = new Composer()
