import { existsSync } from 'node:fs'
import { PosternError } from '#shared/errors.ts'
import { systemClock } from '../clock.ts'
import { readDataFolder, readTokenSettings } from '../config.ts'
import type { HsmLog } from '../hsm/log.ts'
import { closeRecords, openRecords } from '../keys/records.ts'
import { dataPaths, type DataPaths } from '../start/data-folder.ts'
import { openToken, prepareToken } from '../start/token.ts'
import { actorName } from './actor.ts'
import type { Surroundings } from './context.ts'
import type { SecretInput } from './secret.ts'

const SILENT: HsmLog = { info: () => undefined, warn: () => undefined } // a failure is the command's own answer

/** The settings of the environment, this process's streams, and the user who started it. */
export function realSurroundings(secrets: SecretInput): Surroundings {
  const paths = dataPaths(readDataFolder())
  return {
    paths,
    clock: systemClock,
    actor: actorName(),
    secret: (prompt, how) => secrets.read(prompt, how),
    print: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(text),
    openRecords: () => openExistingRecords(paths),
    openHsm: async () => {
      const hsm = await openToken(paths, readTokenSettings(), SILENT)
      return { it: hsm, close: () => hsm.close() }
    },
    prepareToken: () => prepareToken(paths, readTokenSettings()),
  }
}

async function openExistingRecords({ database }: DataPaths) {
  if (!existsSync(database)) {
    const advice = 'Start the server once, or name its data folder with POSTERN_DATA.'
    throw new PosternError('config/invalid', `There is no database ${database}. ${advice}`)
  }
  const records = await openRecords(database, systemClock)
  return { it: records, close: () => closeRecords(records) }
}
