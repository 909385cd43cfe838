import { existsSync } from 'node:fs'
import { isPosternError, PosternError } from '#shared/errors.ts'
import type { Clock } from '../clock.ts'
import { closeRecords, openRecords } from '../keys/records.ts'
import { findCommand, type Outcome } from './commands.ts'
import { USAGE } from './usage.ts'

/** What is to be written where, and the exit code: 0 done, 1 refused or broken, 2 not understood. */
export type Answer = {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: 0 | 1 | 2
}

/** Runs one command on the database file. Never throws: what stopped it is one sentence on stderr. */
export async function run(
  args: readonly string[],
  databasePath: string,
  clock: Clock,
): Promise<Answer> {
  if (args.includes('--help') || args.includes('-h') || args.length === 0) {
    return { stdout: USAGE, stderr: '', exitCode: args.length === 0 ? 2 : 0 }
  }
  const command = findCommand(args)
  if (command === null) return { stdout: '', stderr: USAGE, exitCode: 2 }
  try {
    const { text, exitCode } = await withRecords(databasePath, clock, command)
    return { stdout: text, stderr: '', exitCode }
  } catch (error) {
    return { stdout: '', stderr: `postern: ${sentenceFor(error)}\n`, exitCode: 1 }
  }
}

async function withRecords(
  path: string,
  clock: Clock,
  command: NonNullable<ReturnType<typeof findCommand>>,
): Promise<Outcome> {
  if (!existsSync(path)) {
    const advice = 'Start the server once, or name its data folder with POSTERN_DATA.'
    throw new PosternError('config/invalid', `There is no database ${path}. ${advice}`)
  }
  const records = await openRecords(path, clock)
  try {
    return await command(records)
  } finally {
    await closeRecords(records)
  }
}

function sentenceFor(error: unknown): string {
  if (isPosternError(error)) return error.message
  return `Something went wrong: ${error instanceof Error ? error.message : String(error)}`
}
