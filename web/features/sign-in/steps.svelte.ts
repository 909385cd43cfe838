import type { FactorKind, FactorProof } from '#shared/contract/factor-proof.ts'
import type { Ways } from '#shared/contract/openid.ts'
import type { SignInAnswer } from '#shared/contract/session.ts'
import { type ErrorCode, PosternError } from '#shared/errors.ts'
import { beginOpenId, fetchWays, sendFactor, sendPassword } from '../../client/session.ts'
import { proofProblem } from '../../components/factor-words.ts'
import { wordsFor } from '../../components/problem-words.ts'
import { deviceName } from '../../lib/browser.ts'
import { session } from '../../state/session.svelte.ts'
import { takeReturn } from './return-words.ts'

/** The time between password and factor is over. */
const TOO_LATE: readonly ErrorCode[] = ['session/required', 'session/expired', 'factor/required']
const LOCKED_S = 60 // the shortest lock, should the server not say

/** The two steps of signing in. */
export class SignInSteps {
  username = $state('')
  password = $state('')
  /** What the second step takes; null in the first. */
  factors = $state.raw<readonly FactorKind[] | null>(null)
  busy = $state(false)
  error = $state<string | null>(null)
  /** How one can sign in here; null until that is known. */
  ways = $state.raw<Ways | null>(null)
  /** Seconds until another try is let through. */
  locked = $state(0)

  constructor(username: string) {
    this.username = username
    this.error = takeReturn()
    void this.#look()
  }

  /** Leaves for the other place to sign in. */
  async goElsewhere(): Promise<void> {
    this.busy = true
    this.error = null
    try {
      location.assign(await beginOpenId(deviceName(navigator.userAgent)))
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      this.error = wordsFor(error).advice
      this.busy = false
    }
  }

  /** Where the server is away, the password is asked for; it will be refused if it has to be. */
  async #look(): Promise<void> {
    try {
      this.ways = await fetchWays()
      this.factors ??= this.ways.factors
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      this.ways = { passwords: true, openId: null, factors: null }
    }
  }

  /** The first step. */
  async sendPassword(): Promise<void> {
    const device = deviceName(navigator.userAgent)
    const error = await this.#send(() => sendPassword(this.username.trim(), this.password, device))
    if (error?.code === 'factor/rejected') {
      this.error = 'That name and password do not belong together.'
    } else if (error !== null) this.error = error.message
  }

  /** The second step. */
  async sendProof(proof: FactorProof): Promise<void> {
    const error = await this.#send(() => sendFactor(proof))
    if (error !== null) this.explain(error)
  }

  /** Why the second step did not do. */
  explain(error: PosternError): void {
    if (!TOO_LATE.includes(error.code)) {
      this.error = proofProblem(error)
      return
    }
    this.back()
    this.error = 'That took too long. Please begin again.'
  }

  back(): void {
    this.factors = null
    this.password = ''
    this.error = null
  }

  /** @returns what is still to be explained */
  async #send(call: () => Promise<SignInAnswer>): Promise<PosternError | null> {
    if (this.busy || this.locked > 0) return null
    this.busy = true
    this.error = null
    try {
      const answer = await call()
      this.password = ''
      if (answer.state === 'signed-in') session.accept(answer.session)
      else this.factors = answer.factors
      return null
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      if (error.code !== 'factor/locked') return error
      this.#count(error.retryAfter ?? LOCKED_S)
      return null
    } finally {
      this.busy = false
    }
  }

  #count(seconds: number): void {
    this.locked = seconds
    const timer = setInterval(() => {
      this.locked -= 1
      if (this.locked <= 0) clearInterval(timer)
    }, 1000)
  }
}
