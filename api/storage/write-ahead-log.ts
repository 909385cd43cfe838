import { close, fdatasync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import { PosternError } from '#shared/errors.ts'

/** Waits until the disk has what was written to the file. */
export type Flush = (file: number) => Promise<void>

const flushOnAnotherThread: Flush = promisify(fdatasync)

/**
 * SQLite's write-ahead log, put on the disk by another thread: waiting for the disk inside SQLite would stop
 * everything else in this process. What the disk did not take once is lost from sight (a later call may succeed
 * without it): after that, nothing is said to be durable any more.
 */
export class WriteAheadLog {
  readonly #path: string
  readonly #flush: Flush
  #file: number | null = null
  #failure: PosternError | null = null

  /** @param path of the database; its log lies beside it as long as it is open */
  constructor(path: string, flush: Flush = flushOnAnotherThread) {
    this.#path = `${path}-wal`
    this.#flush = flush
  }

  /**
   * Resolves when all that was committed before is on the disk.
   * @throws PosternError `audit/unavailable`, ever again after the first time
   */
  async flush(): Promise<void> {
    if (this.#failure !== null) throw this.#failure
    try {
      this.#file ??= openSync(this.#path, 'r+')
      await this.#flush(this.#file)
    } catch (cause) {
      const what = 'The disk does not take the records.'
      throw (this.#failure = new PosternError('audit/unavailable', what, { cause }))
    }
  }

  close(): void {
    if (this.#file !== null) close(this.#file)
    this.#file = null
  }
}
