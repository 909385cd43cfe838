import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { placedAnswer } from '#shared/contract/mail.ts'
import { replaceDurably } from './durable-file.ts'

const DAY = 24 * 3600 * 1000 // a client that lost the answer asks again within minutes

const recordSchema = placedAnswer.extend({ filed: z.boolean() })

/** Where the message of an idempotency key is to go; `filed` once it is known to have arrived there. */
export type AppendRecord = z.infer<typeof recordSchema>

/**
 * Which idempotency keys were seen. Written before the message and again after it, so that a repeated call after a
 * crash fills the same place instead of a second one, and never brings back what the user removed since.
 */
export class AppendMemory {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Makes its folder, and forgets what is older than a day. */
  async prepare(): Promise<void> {
    await mkdir(this.#path, { recursive: true, mode: 0o700 })
    for (const file of await readdir(this.#path)) {
      const path = join(this.#path, file)
      if ((await stat(path)).mtimeMs < Date.now() - DAY) await rm(path, { force: true })
    }
  }

  async recall(key: string): Promise<AppendRecord | null> {
    const text = await readFile(this.#file(key), 'utf8').catch(() => null)
    return text === null ? null : recordSchema.parse(JSON.parse(text))
  }

  async remember(key: string, record: AppendRecord): Promise<void> {
    await replaceDurably(this.#file(key), JSON.stringify(record))
  }

  /** Keys come from outside; a digest is a safe file name for any of them. */
  #file(key: string): string {
    return join(this.#path, createHash('sha256').update(key).digest('hex'))
  }
}
