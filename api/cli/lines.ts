import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { PosternError } from '#shared/errors.ts'

/**
 * The lines of these files, one file after the other, without their ends.
 * @throws PosternError `config/invalid` when one cannot be read
 */
export async function* readLines(files: readonly string[]): AsyncGenerator<string> {
  for (const file of files) {
    try {
      let rest = ''
      for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
        const lines = (rest + chunk).split('\n') // and at nothing else: a name may hold what readline splits at
        rest = lines.pop() ?? ''
        yield* lines
      }
      if (rest !== '') yield rest
    } catch (error) {
      if (!isFileError(error)) throw error
      throw new PosternError('config/invalid', `${file} cannot be read.`, { cause: error })
    }
  }
}

/**
 * Writes lines to a new file for its owner only, which gets its name when it is whole and on the disk.
 * @throws PosternError `config/unwritable`, also when the file is there
 */
export async function writeLines(file: string, lines: AsyncIterable<string>): Promise<void> {
  const draft = `${file}.partial`
  const unwritable = (why: string, error: unknown) =>
    new PosternError('config/unwritable', `${file} ${why}.`, { cause: error })
  if (existsSync(file)) throw unwritable('is there already', null)
  try {
    const output = openSync(draft, 'wx', 0o600)
    try {
      for await (const line of lines) writeSync(output, line)
      fsyncSync(output)
    } finally {
      closeSync(output)
    }
    linkSync(draft, file) // never over another file
    rmSync(draft)
  } catch (error) {
    if (!isFileError(error)) throw error
    throw unwritable('cannot be written', error)
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
