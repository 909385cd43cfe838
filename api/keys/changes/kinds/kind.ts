import type { PosternError } from '#shared/errors.ts'
import type { Db } from '../../../storage/schema.ts'
import type { Append } from '../../audit/journal.ts'

/** Whose it is that changes. */
export type About = { readonly userId: string | null; readonly keyId: string | null }

/** One kind of change: looked at when it is proposed and again when it is done, which may be days later. */
export type ChangeKind<Content> = {
  readonly about: (db: Db, content: Content) => Promise<About>
  /** Why it cannot be done as things stand, else null. */
  readonly check: (db: Db, content: Content) => Promise<PosternError | null>
  /** Does it, in the transaction in which `check` found nothing. @param actor who, for the audit */
  readonly act: (
    tx: Db,
    append: Append,
    now: Date,
    content: Content,
    actor: string,
  ) => Promise<void>
}
