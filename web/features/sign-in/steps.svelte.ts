import type { SignInAnswer } from '#shared/contract/session.ts'
import { type ErrorCode, PosternError } from '#shared/errors.ts'
import { sendCode, sendPassword } from '../../client/session.ts'
import { deviceName } from '../../lib/browser.ts'
import { session } from '../../state/session.svelte.ts'

const REJECTED = {
  password: 'That name and password do not belong together.',
  code: 'That code is not right, or it was used already. Wait for the next one.',
} as const

/** The time between password and code is over. */
const TOO_LATE: readonly ErrorCode[] = ['session/required', 'session/expired', 'factor/required']
const LOCKED_S = 60 // the shortest lock, should the server not say

/** The two steps of signing in. */
export class SignInSteps {
  step = $state<'password' | 'code'>('password')
  username = $state('')
  password = $state('')
  code = $state('')
  busy = $state(false)
  error = $state<string | null>(null)
  /** Seconds until another try is let through. */
  locked = $state(0)

  constructor(username: string) {
    this.username = username
  }

  async submit(): Promise<void> {
    if (this.busy || this.locked > 0) return
    this.busy = true
    this.error = null
    try {
      this.#proceed(await this.#send())
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      this.#explain(error)
    } finally {
      this.busy = false
    }
  }

  back(): void {
    this.step = 'password'
    this.password = ''
    this.code = ''
    this.error = null
  }

  #send(): Promise<SignInAnswer> {
    return this.step === 'password'
      ? sendPassword(this.username.trim(), this.password, deviceName(navigator.userAgent))
      : sendCode(this.code)
  }

  #proceed(answer: SignInAnswer): void {
    this.password = ''
    this.code = ''
    if (answer.state === 'signed-in') session.accept(answer.session)
    else this.step = 'code'
  }

  #explain(error: PosternError): void {
    this.code = ''
    if (error.code === 'factor/locked') this.#count(error.retryAfter ?? LOCKED_S)
    else if (error.code === 'factor/rejected') this.error = REJECTED[this.step]
    else if (TOO_LATE.includes(error.code)) {
      this.back()
      this.error = 'That took too long. Please begin again.'
    } else this.error = error.message
  }

  #count(seconds: number): void {
    this.locked = seconds
    const timer = setInterval(() => {
      this.locked -= 1
      if (this.locked <= 0) clearInterval(timer)
    }, 1000)
  }
}
