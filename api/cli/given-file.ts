import { readFileSync } from 'node:fs'
import type { Bytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'

/** The bytes of a file that was named. Throws PosternError `config/invalid` where it cannot be read. */
export function readGivenFile(path: string): Bytes {
  try {
    return new Uint8Array(readFileSync(path))
  } catch (cause) {
    throw new PosternError('config/invalid', `The file ${path} cannot be read.`, { cause })
  }
}
