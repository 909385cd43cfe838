import type { Bytes } from '#shared/bytes.ts'
import type { FolderName } from '#shared/contract/mail.ts'
import { isPosternError, PosternError } from '#shared/errors.ts'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import { fetchMessage } from '../client/mail.ts'
import { Engine } from '../engine/engine.ts'
import { withParts } from '../engine/listed-message.ts'
import { findCiphertext, keepCiphertext } from '../lib/message-cache.ts'
import { answersFor } from './engine-answers.ts'
import { keyring, readingKeys } from './keyring.svelte.ts'
import { type Obstacle, persist } from './persist.ts'
import { session } from './session.svelte.ts'

/** Where a message came from. */
export type Source =
  | { readonly kind: 'mail'; readonly folder: FolderName; readonly uid: number }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Bytes }

/** What is being done to a message, in the order in which it is done. */
export type Step = 'fetching' | 'reading' | 'asking-key' | 'decrypting'

export type Reading =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'working'; readonly step: Step; readonly obstacle: Obstacle | null }
  | { readonly kind: 'opened'; readonly message: OpenedMessage; readonly bytes: Bytes }
  | { readonly kind: 'stopped'; readonly error: PosternError }

/** The one message on the screen. */
class Reader {
  source = $state.raw<Source | null>(null)
  reading = $state.raw<Reading>({ kind: 'nothing' })
  readonly #engine = new Engine()
  #work: AbortController | null = null
  #opened = 0 // messages so far: each has its number

  /** Opens a message; one that was still being opened is given up. */
  async open(source: Source): Promise<void> {
    this.cancel()
    const work = new AbortController()
    this.#work = work
    this.source = source
    try {
      const bytes = await this.#fetch(source, work.signal)
      const message = await this.#openBytes(bytes, work.signal)
      if (source.kind === 'mail' && isCiphertext(message))
        await keepCiphertext(cacheKey(source), bytes)
      if (this.#work === work) this.reading = { kind: 'opened', message, bytes }
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      if (this.#work === work) this.reading = { kind: 'stopped', error }
    } finally {
      if (this.#work === work) this.#work = null
    }
  }

  /** Tries the same message again, with the keys as they are now. */
  async retry(): Promise<void> {
    keyring.refresh()
    if (this.source !== null) await this.open(this.source)
  }

  /** Stops what is under way. */
  cancel(): void {
    this.#work?.abort()
  }

  close(): void {
    this.cancel()
    this.#engine.close()
    this.#work = null
    this.source = null
    this.reading = { kind: 'nothing' }
  }

  async #fetch(source: Source, signal: AbortSignal): Promise<Bytes> {
    this.#step('fetching')
    if (source.kind === 'file') return source.bytes
    const kept = await findCiphertext(cacheKey(source))
    if (kept !== null) return kept
    const { folder, uid } = source
    return persist(() => fetchMessage(folder, uid, signal), this.#patience(signal))
  }

  async #openBytes(bytes: Bytes, signal: AbortSignal): Promise<OpenedMessage> {
    this.#step('reading')
    const ring = await persist(() => keyring.get(), this.#patience(signal))
    const page = answersFor({
      ...this.#patience(signal),
      onAsk: () => {
        this.#step('asking-key')
      },
      onAnswer: () => {
        this.#step('decrypting')
      },
    })
    const given = bytes.slice() // the page keeps its own, to save and to try again
    const message = ++this.#opened
    const params = { message, bytes: given, keys: readingKeys(ring), anchors: ring.anchors }
    const moved = [given.buffer]
    const listed = await this.#engine.run({ name: 'open', params, moved, page, signal })
    return withParts(listed, (index) => this.#engine.part(message, index))
  }

  #step(step: Step): void {
    this.reading = { kind: 'working', step, obstacle: null }
  }

  #patience(signal: AbortSignal) {
    const onWait = (obstacle: Obstacle | null) => {
      if (this.reading.kind === 'working') this.reading = { ...this.reading, obstacle }
    }
    return { signal, onWait }
  }
}

/** Whether all of the message's content came encrypted, so that its bytes may be kept on this device. */
function isCiphertext({ layers }: OpenedMessage): boolean {
  return layers[0]?.kind === 'encrypted'
}

function cacheKey({ folder, uid }: Source & { kind: 'mail' }): string {
  return `${session.session?.user.username ?? ''}/${folder}/${String(uid)}`
}

/** Whether the user stopped it themselves. */
export function wasCancelled(error: PosternError): boolean {
  return isPosternError(error, 'operation/cancelled')
}

export const reader = new Reader()
