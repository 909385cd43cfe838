import type { Session } from '#shared/contract/session.ts'
import { isPosternError, PosternError } from '#shared/errors.ts'
import { endSession, extendSession, fetchSession } from '../client/session.ts'
import { forgetCiphertexts } from '../lib/message-cache.ts'
import { clearSignOutMark, isSignOutMarked, markSignOut } from '../lib/sign-out-mark.ts'
import { connection } from './connection.svelte.ts'

const EXTEND_EVERY_MS = 60_000 // how often a user who does something tells the server so
const WARN_MS = 60_000 // the last minute is counted down

type SessionState =
  | { readonly kind: 'starting' }
  /** The user has left: nothing is shown or fetched until the server has ended the session. */
  | { readonly kind: 'signing-out' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'signed-in'; readonly session: Session }
  /** Ended while something was on the screen: it is covered, and waits for the same user. */
  | { readonly kind: 'expired'; readonly session: Session }

/** Who is signed in, until when, and what happens when that time is over. */
class SessionOfUser {
  state = $state.raw<SessionState>({ kind: 'starting' })
  /** Milliseconds to the automatic sign-out, counted only in the last minute. */
  remaining = $state<number | null>(null)
  #clockOffset = 0
  #extendedAt = 0
  #asking = false
  #mayLeave = () => true
  readonly #tabs = new BroadcastChannel('postern-session')
  #signedIn = Promise.withResolvers<undefined>()

  /** Whoever is or was signed in on this page. */
  get session(): Session | null {
    return 'session' in this.state ? this.state.session : null
  }

  /**
   * Finds out whether the browser still has a session, as soon as the server can be asked. A sign-out that did not
   * reach the server is finished first.
   */
  async start(): Promise<void> {
    if (isSignOutMarked()) this.state = { kind: 'signing-out' }
    while (this.state.kind === 'starting' || this.state.kind === 'signing-out') {
      await connection.whenBack()
      try {
        if (this.state.kind === 'starting') this.accept(await fetchSession())
        else {
          await this.#end()
          this.state = { kind: 'signed-out' }
        }
      } catch (error) {
        if (!(error instanceof PosternError)) throw error
        if (isSessionOver(error)) this.state = { kind: 'signed-out' }
        else connection.lost()
      }
    }
  }

  /** Has `ask` decide whether the page may be left, with all that is on it. */
  asksBeforeLeaving(ask: () => boolean): void {
    this.#mayLeave = ask
  }

  /** Hears of other tabs: they share the cookie, so they share who is signed in. */
  listen(): void {
    this.#tabs.addEventListener('message', ({ data }) => {
      if (data === 'signed-out') void this.#leave()
      else if (this.session !== null) void this.#update(fetchSession)
    })
  }

  /** A fresh session. When it belongs to somebody else than before, everything on the page is dropped. */
  accept(session: Session): void {
    const before = this.session
    const isNew = before?.id !== session.id
    if (before !== null && before.user.username !== session.user.username) {
      void this.#leave()
      return
    }
    // Somebody else's may lie there, when their tab was just closed.
    if (this.state.kind === 'signed-out') void forgetCiphertexts()
    this.#renew(session)
    this.#signedIn.resolve(undefined)
    if (!isNew) return
    this.#extendedAt = Date.now()
    this.#tabs.postMessage('changed')
  }

  /** A call was refused because the session is over. */
  refused(): void {
    if (this.state.kind !== 'signed-in') return
    this.state = { kind: 'expired', session: this.state.session }
    this.remaining = null
    this.#signedIn = Promise.withResolvers<undefined>()
  }

  /** Resolves when the user has signed in again, at once when they are. */
  async whenSignedIn(): Promise<void> {
    if (this.state.kind !== 'signed-in') await this.#signedIn.promise
  }

  /** The user did something: begins the idle time anew, at most once a minute. */
  async touch(): Promise<void> {
    if (this.state.kind !== 'signed-in' || Date.now() - this.#extendedAt < EXTEND_EVERY_MS) return
    await this.extend()
  }

  /** Begins the idle time anew. A failure changes nothing: the countdown goes on. */
  async extend(): Promise<void> {
    this.#extendedAt = Date.now()
    await this.#update(extendSession)
  }

  /**
   * Looks at the clock, once a second. Another tab may have worked, so the server is asked before a countdown
   * begins. When the time is up, the page is covered at once, and uncovered should the server know better.
   */
  async tick(): Promise<void> {
    if (this.state.kind !== 'signed-in') return
    const left = this.#timeLeft(this.state.session)
    const isNews = left <= 0 || (left < WARN_MS && this.remaining === null)
    if (left <= 0 || this.remaining !== null) this.#count()
    if (!isNews || this.#asking) return
    this.#asking = true
    await this.#update(fetchSession).finally(() => {
      this.#asking = false
    })
    this.#count()
  }

  #count(): void {
    if (this.state.kind !== 'signed-in') return
    const left = this.#timeLeft(this.state.session)
    if (left <= 0) this.refused()
    else this.remaining = left < WARN_MS ? left : null
  }

  /**
   * Ends the session and wipes the memory of every tab. What the server cannot be told now is marked, and told
   * before the app shows anything again.
   */
  async signOut(): Promise<void> {
    if (!this.#mayLeave()) return
    this.state = { kind: 'signing-out' }
    this.remaining = null
    markSignOut()
    this.#tabs.postMessage('signed-out')
    await this.#end().catch((error: unknown) => {
      if (!isPosternError(error)) throw error // the mark stays
    })
    await this.#leave()
  }

  /** Has the server end the session; that there is none any more is as good. */
  async #end(): Promise<void> {
    await endSession().catch((error: unknown) => {
      if (!(error instanceof PosternError && isSessionOver(error))) throw error
    })
    clearSignOutMark()
  }

  /** Starts the page anew: the surest way to empty its memory. Nobody is asked, and nothing stays on the screen. */
  async #leave(): Promise<void> {
    this.state = { kind: 'signing-out' }
    await forgetCiphertexts()
    location.replace('/')
  }

  #renew(session: Session): void {
    this.#clockOffset = Date.parse(session.now) - Date.now()
    this.remaining = null
    this.state = { kind: 'signed-in', session }
  }

  #timeLeft({ idleExpiresAt, absoluteExpiresAt }: Session): number {
    const end = Math.min(Date.parse(idleExpiresAt), Date.parse(absoluteExpiresAt))
    return end - (Date.now() + this.#clockOffset)
  }

  async #update(ask: () => Promise<Session>): Promise<void> {
    try {
      this.accept(await ask())
    } catch (error) {
      if (!isPosternError(error)) throw error // `refused` has heard of an ended session already
    }
  }
}

/** Whether an error says that nobody is signed in, or only half. */
export function isSessionOver(error: PosternError): boolean {
  return isPosternError(error, 'session/required', 'session/expired', 'factor/required')
}

export const session = new SessionOfUser()
