import type { FolderName } from '#shared/contract/mail.ts'
import type { PersonName } from './people.ts'

/** How a letter is protected on its way. Whoever signs uses their own key; `by` names another one's. */
export type Protection =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'signed'
      readonly form: 'detached' | 'opaque'
      readonly by?: PersonName
      /** A word of the text and its replacement of the same length, put in after signing. */
      readonly changedAfterwards?: readonly [string, string]
    }
  | {
      readonly kind: 'encrypted'
      readonly content: 'aes-256-cbc' | 'aes-256-gcm'
      readonly signed: boolean
      readonly oaep?: true
      /** Who can open it, when that is not the recipients and the sender. */
      readonly only?: readonly PersonName[]
    }

export type DemoFile = 'offer.pdf' | 'site-plan.png' | 'flow-week-44.csv'

/** One letter of the demo company, before it is sealed. */
export type Letter = {
  /** Names the letter in tests. */
  readonly id: string
  readonly from: PersonName
  readonly to: readonly PersonName[]
  readonly cc?: readonly PersonName[]
  readonly subject: string
  /** Days before the company was made. */
  readonly daysAgo: number
  /** Time of the day in UTC, `HH:MM`. */
  readonly time: string
  /** A line of 80 columns or more goes on in the next one; as in real mail, a paragraph travels as one line. */
  readonly text: string
  readonly html?: string
  readonly files?: readonly DemoFile[]
  readonly protection: Protection
  /** Where it lies at its recipients, when that is not the inbox. */
  readonly folder?: FolderName
  /** Read by its recipients already. */
  readonly seen?: true
  readonly flagged?: true
}
