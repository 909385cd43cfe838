import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { provisionToken } from '../hsm/provision.ts'
import type { OneOfSeveral } from '../several-tokens.ts'
import type { TokenSettings } from '../token-settings.ts'
import type { DataPaths } from './data-folder.ts'
import { readOrMakePin, readPrivatePin } from './secret-file.ts'

/** A token and the way to it. */
export type TokenPlace = {
  readonly modulePath: string
  readonly environment: Readonly<Record<string, string>>
  readonly label: string
  readonly pin: string
  readonly pinFile: string
  /** What to say when the token is not as it should be. */
  readonly whenBroken: string
  /** Runs before each start: makes a token that was never made. */
  readonly makeReady: () => Promise<void>
  /** Makes the keys of the service itself, at an operator's word. */
  readonly prepare: () => Promise<void>
}

const OWN_LABEL = 'postern'

/** Those of several tokens, each prepared by somebody: throws as `findTokenPlace`. */
export function findTokenPlaces(several: readonly OneOfSeveral[]): TokenPlace[] {
  return several.map(({ modulePath, environment, label, pinFile }) =>
    preparedToken({ modulePath, moduleEnvironment: environment }, { label, pinFile }),
  )
}

/** @throws PosternError `token/wrong-pin` when the PIN's file holds none, `config/invalid` when others may read it */
export function findTokenPlace(folder: DataPaths, settings: TokenSettings): TokenPlace {
  const [first] = findTokenPlaces(settings.several?.slice(0, 1) ?? [])
  if (first !== undefined) return first // of several: where keys are made
  return settings.prepared === null
    ? ownToken(folder, settings)
    : preparedToken(settings, settings.prepared)
}

/** The data folder's own token of SoftHSM, made on the first start. The system's own SoftHSM tokens are never looked at. */
function ownToken(folder: DataPaths, { modulePath, moduleEnvironment }: TokenSettings): TokenPlace {
  mkdirSync(folder.tokens, { recursive: true, mode: 0o700 })
  writeFileSync(folder.softhsmConf, softhsmSettings(folder.tokens), { mode: 0o600 })
  const environment = { ...moduleEnvironment, SOFTHSM2_CONF: folder.softhsmConf }
  const pin = readOrMakePin(folder.pin)
  const makeReady = async () => {
    if (existsSync(folder.tokenMade)) return
    const soPin = readOrMakePin(folder.soPin)
    await provisionToken({ modulePath, environment, label: OWN_LABEL, pin, soPin })
    writeFileSync(folder.tokenMade, '', { mode: 0o600, flush: true })
  }
  return {
    modulePath,
    environment,
    label: OWN_LABEL,
    pin,
    pinFile: folder.pin,
    whenBroken: `The token in ${folder.tokens} is not the one that was made there; put it back from a copy.`,
    makeReady,
    prepare: async () => {
      await makeReady()
      await provisionToken({ modulePath, environment, label: OWN_LABEL, pin, soPin: null })
    },
  }
}

/** A token that somebody initialised and gave its PIN. A start changes nothing in it: that is an operator's act. */
function preparedToken(
  {
    modulePath,
    moduleEnvironment: environment,
  }: Pick<TokenSettings, 'modulePath' | 'moduleEnvironment'>,
  { label, pinFile }: NonNullable<TokenSettings['prepared']>,
): TokenPlace {
  const pin = readPrivatePin(pinFile)
  return {
    modulePath,
    environment,
    label,
    pin,
    pinFile,
    whenBroken: `The token "${label}" is not there, or not ready; \`postern hsm prepare\` makes the keys that Postern itself needs in it.`,
    makeReady: () => Promise.resolve(),
    prepare: () => provisionToken({ modulePath, environment, label, pin, soPin: null }),
  }
}

/** Written anew at each start: the data folder may have been moved. */
function softhsmSettings(tokens: string): string {
  return [
    `directories.tokendir = ${tokens}`,
    'objectstore.backend = file',
    'log.level = ERROR',
    'slots.removable = false',
    '',
  ].join('\n')
}
