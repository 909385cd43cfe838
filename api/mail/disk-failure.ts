import { PosternError } from '#shared/errors.ts'

/** What the disk may answer on a bad day. Anything else is our own mistake, and stays what it is. */
const FAILURES = new Set([
  'EACCES',
  'EDQUOT',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOSPC',
  'EPERM',
  'EROFS',
])
const RETRY_AFTER = 30 // seconds; somebody has to make room first

/**
 * Does the task, and says of a failing disk what callers of a mailbox can understand.
 * @throws PosternError `mail/unreachable`, and whatever else `task` throws
 */
export async function onDisk<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && FAILURES.has(String(error.code))))
      throw error
    throw new PosternError('mail/unreachable', 'The mailbox cannot be read or written just now.', {
      cause: error,
      retryAfter: RETRY_AFTER,
    })
  }
}
