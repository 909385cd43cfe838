import type { Placed } from '#shared/contract/mail.ts'
import type { MessageSource } from './mailbox.ts'

/** A message to be sent as it is. `to` is the envelope: whom it goes to, whatever its headers say. */
export type Outgoing = {
  readonly sender: { readonly username: string; readonly address: string }
  readonly to: readonly string[]
  /** Who gets another copy of it. They must be known, too: either everybody is written to or nobody. */
  readonly others: readonly string[]
  /** Whether it is filed in the sender's Sent folder. */
  readonly keep: boolean
  readonly message: MessageSource
  /** Makes a repeated call harmless: each recipient still gets the message once. */
  readonly idempotencyKey?: string | undefined
}

/** Sends mail for company users. */
export type Outbox = {
  /**
   * Hands the message to every recipient, then files it in the sender's Sent folder and answers that place; null
   * where it is not to be kept.
   * @throws PosternError `mail/rejected` when the From is not the sender's own single address, or naming the
   * recipients that nobody has; nobody got the message then
   */
  readonly send: (outgoing: Outgoing) => Promise<Placed | null>
}
