import { existsSync } from 'node:fs'
import { PosternError } from '#shared/errors.ts'
import { systemClock } from '../clock.ts'
import { readDatabase, readDataFolder, readTokenSettings } from '../config.ts'
import type { HsmLog } from '../hsm/log.ts'
import { closeRecords, openRecords } from '../keys/records.ts'
import { databasePlace } from '../start/database-place.ts'
import { dataPaths } from '../start/data-folder.ts'
import { openToken, prepareToken } from '../start/token.ts'
import type { DatabasePlace } from '../storage/db.ts'
import { openStoppedRecords } from './stopped.ts'
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
    openRecords: () => openExistingRecords(databasePlace(readDatabase(), paths)),
    database: () => existing(databasePlace(readDatabase(), paths)),
    openStopped: () => openStoppedRecords(databasePlace(readDatabase(), paths), paths),
    openHsm: async () => {
      const hsm = await openToken(paths, readTokenSettings(), SILENT)
      return { it: hsm, close: () => hsm.close() }
    },
    prepareToken: () => prepareToken(paths, readTokenSettings()),
  }
}

async function openExistingRecords(place: DatabasePlace) {
  const records = await openRecords(existing(place), systemClock)
  return { it: records, close: () => closeRecords(records) }
}

/** @throws PosternError `config/invalid` where there is no such file */
function existing(place: DatabasePlace): DatabasePlace {
  if (typeof place !== 'string' || existsSync(place)) return place
  const advice = 'Start the server once, or name its data folder with POSTERN_DATA.'
  throw new PosternError('config/invalid', `There is no database ${place}. ${advice}`)
}
