import type { Bytes } from '#shared/bytes.ts'
import type { FactorProof } from '#shared/contract/factor-proof.ts'
import { type ApprovalNeed, isPosternError, PosternError } from '#shared/errors.ts'
import { sendApproval } from '../client/keys.ts'

/** What a key is to do. `digest`: of the content to be signed, or SHA-256 of the entry's encrypted key. */
export type ToApprove = {
  readonly operation: 'sign' | 'unwrap'
  readonly keyId: string
  readonly digest: Bytes
}

/** What the user is asked to confirm. */
export class Question {
  readonly operation: ToApprove['operation']
  readonly needs: ApprovalNeed
  readonly #of: ToApprove
  readonly #answer = Promise.withResolvers<string>()

  constructor(of: ToApprove, needs: ApprovalNeed) {
    this.operation = of.operation
    this.needs = needs
    this.#of = of
  }

  /** The approval. @throws PosternError `operation/cancelled` */
  get approval(): Promise<string> {
    return this.#answer.promise
  }

  /** Shows a factor. @throws PosternError what the server says to it; then it can be tried again */
  async confirm(proof: FactorProof): Promise<void> {
    const { operation, keyId: key, digest } = this.#of
    const { approval } = await sendApproval({ operation, key, digests: [digest], proof })
    this.#answer.resolve(approval)
  }

  cancel(): void {
    this.#answer.reject(new PosternError('operation/cancelled', 'You did not confirm it.'))
  }
}

/** Asks the user to confirm what their keys are to do, one thing after the other. */
class Approvals {
  question = $state.raw<Question | null>(null)
  #last: Promise<unknown> = Promise.resolve()

  /**
   * Does it, for a confirmation where the key's policy wants one.
   * @param attempt is given the approval, and called again with another one as long as one is missing
   * @throws PosternError what `attempt` threw; `operation/cancelled` when the user does not confirm
   */
  async approved<T>(
    of: ToApprove,
    signal: AbortSignal,
    attempt: (approval: string | undefined) => Promise<T>,
  ): Promise<T> {
    let approval: string | undefined
    for (;;) {
      try {
        return await attempt(approval)
      } catch (error) {
        const isMissing = isPosternError(error, 'approval/required', 'approval/spent')
        if (!isMissing || error.needs === undefined) throw error
        approval = await this.#ask(new Question(of, error.needs), signal)
      }
    }
  }

  #ask(question: Question, signal: AbortSignal): Promise<string> {
    const answered = this.#last.then(() => this.#show(question, signal))
    this.#last = answered.catch(() => undefined)
    return answered
  }

  async #show(question: Question, signal: AbortSignal): Promise<string> {
    const cancel = () => {
      question.cancel()
    }
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    this.question = question
    try {
      return await question.approval
    } finally {
      signal.removeEventListener('abort', cancel)
      this.question = null
    }
  }
}

export const approvals = new Approvals()
