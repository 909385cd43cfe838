import { setTimeout as sleep } from 'node:timers/promises'
import { PosternError } from '#shared/errors.ts'
import { lockFile } from '../storage/folder-lock.ts'

const ASK_AGAIN = 50 // milliseconds
const PATIENCE = 60_000 // longer than any set-up of a token takes

/**
 * Does `work` while no other process of this data folder sets up the token or logs in: SoftHSM can refuse a right PIN
 * when several processes log in at the same moment. The lock ends with the process that holds it.
 * @throws PosternError `hsm/unavailable` when the turn does not come
 */
export async function inTokenTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE
  let lock = lockFile(path)
  while (lock === null) {
    if (performance.now() > until) {
      throw new PosternError(
        'hsm/unavailable',
        'Another process has been at the token for a minute.',
      )
    }
    await sleep(ASK_AGAIN)
    lock = lockFile(path)
  }
  try {
    return await work()
  } finally {
    lock.release()
  }
}
