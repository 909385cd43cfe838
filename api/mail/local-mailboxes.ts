import { join } from 'node:path'
import { PosternError } from '#shared/errors.ts'
import { openLocalMailbox } from './local-folder.ts'
import type { Mailbox } from './mailbox.ts'

/** Finds the mailbox of a company user; each is opened once and kept. */
export type FindMailbox = (username: string) => Promise<Mailbox>

/**
 * The mailboxes below one folder, `<root>/<username>`.
 * The answer throws PosternError `mail/not-found` on a name that is no safe folder name.
 */
export function createLocalMailboxes(root: string): FindMailbox {
  const opened = new Map<string, Promise<Mailbox>>()
  return async (username) => {
    if (!/^[a-z0-9](?:[a-z0-9_-]|\.(?!\.)){0,63}$/.test(username)) {
      throw new PosternError('mail/not-found', 'There is no such mailbox.')
    }
    const known = opened.get(username)
    if (known !== undefined) return known
    const mailbox = openLocalMailbox(join(root, username))
    opened.set(username, mailbox)
    mailbox.catch(() => opened.delete(username)) // a full disk now is no reason to fail for ever
    return mailbox
  }
}
