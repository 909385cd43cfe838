import type { Placed } from '#shared/contract/mail.ts'
import type { MessageSource } from './mailbox.ts'

/** A message to be sent as it is. `to` is the envelope: whom it goes to, whatever its headers say. */
export type Outgoing = {
  readonly sender: { readonly username: string; readonly address: string }
  readonly to: readonly string[]
  readonly message: MessageSource
  /** Makes a repeated call harmless: each recipient still gets the message once. */
  readonly idempotencyKey?: string | undefined
}

/** Sends mail for company users. */
export type Outbox = {
  /**
   * Hands the message to every recipient, then files it in the sender's Sent folder and answers that place.
   * @throws PosternError `mail/rejected` when the From is not the sender's own single address, or naming the
   * recipients that nobody has; nobody got the message then
   */
  readonly send: (outgoing: Outgoing) => Promise<Placed>
}
