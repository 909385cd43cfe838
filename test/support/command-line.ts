import { existsSync } from 'node:fs'
import type { Surroundings } from '#api/cli/context.ts'
import { run } from '#api/cli/run.ts'
import { openStoppedRecords } from '#api/cli/stopped.ts'
import { TOPICS } from '#api/cli/topics.ts'
import { systemClock } from '#api/clock.ts'
import type { Hsm } from '#api/hsm/port.ts'
import { closeRecords, openRecords } from '#api/keys/records.ts'
import { dataPaths } from '#api/start/data-folder.ts'
import { PosternError } from '#shared/errors.ts'

/** What a command wrote, and how it ended. */
export type Answer = { readonly stdout: string; readonly stderr: string; readonly exitCode: number }

/**
 * The `postern` command on a data folder, run by "an operator" who enters `secrets` in that order.
 * @param hsm the token, which stays open
 */
export function commandLine(
  folder: string,
  { hsm = null, secrets = [] }: { hsm?: Hsm | null; secrets?: readonly string[] } = {},
): (words: readonly string[]) => Promise<Answer> {
  return async (words) => {
    const said = { stdout: '', stderr: '' }
    const left = [...secrets]
    const around: Surroundings = {
      paths: dataPaths(folder),
      clock: systemClock,
      actor: 'an operator',
      secret: () => Promise.resolve(left.shift() ?? ''),
      print: (text) => void (said.stdout += text),
      complain: (text) => void (said.stderr += text),
      openRecords: () => openExisting(dataPaths(folder).database),
      database: () => dataPaths(folder).database,
      openStopped: () => openStoppedRecords(dataPaths(folder).database, { path: folder }),
      openHsm: () => {
        if (hsm === null) throw new PosternError('hsm/unavailable', 'There is no token here.')
        return Promise.resolve({ it: hsm, close: () => Promise.resolve() })
      },
      prepareToken: () => Promise.resolve(),
    }
    const exitCode = await run(TOPICS, words, around)
    return { ...said, exitCode }
  }
}

async function openExisting(path: string) {
  if (!existsSync(path)) {
    throw new PosternError('config/invalid', `There is no database ${path}: see POSTERN_DATA.`)
  }
  const records = await openRecords(path, systemClock)
  return { it: records, close: () => closeRecords(records) }
}
