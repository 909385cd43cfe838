import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PosternError } from '#shared/errors.ts'
import { type OpenIdPlace, parseOpenIdPlace } from './openid-settings.ts'
import { parseTokenSettings, type TokenSettings } from './token-settings.ts'

/** What an operator may set, read once at start. Everything else is fixed in the code that uses it. */
export type Config = {
  /** Absolute path of the private data folder (`POSTERN_DATA`, default `.postern` where we were started). */
  readonly data: string
  /** TCP port of the one listener (`PORT`, default 8025). */
  readonly port: number
  /** Port of the metrics on the loopback (`POSTERN_METRICS_PORT`); null: none are served. */
  readonly metricsPort: number | null
  /** Address to listen on (`POSTERN_HOST`, default 127.0.0.1: this machine only). */
  readonly host: string
  /** Public origin when a TLS proxy stands in front (`POSTERN_ORIGIN`, like `https://mail.example.com`). */
  readonly publicOrigin: string | null
  /** Whether an empty data folder gets the demo company (`POSTERN_DEMO`, `on` or `off`; `on` by default). */
  readonly demo: boolean
  readonly token: TokenSettings
  /** Where else users may sign in, or null. */
  readonly openId: OpenIdPlace | null
  /** The longest that the company's policy may let sessions live, in seconds (`POSTERN_IDLE_SECONDS`, a day; `POSTERN_ABSOLUTE_SECONDS`, a week). */
  readonly session: { readonly idleSeconds: number; readonly absoluteSeconds: number }
  /** The database of the records; null is a SQLite file in the data folder. */
  readonly database: DatabaseSetting | null
  /** Absolute path of the built web app. Not a setting: it lies beside the sources. */
  readonly webBuild: string
}

/**
 * A database on a PostgreSQL server: `POSTERN_DATABASE=postgres://user@host:port/name`, and the file that holds the
 * password (`POSTERN_DATABASE_PASSWORD_FILE`); without one, PostgreSQL's own `.pgpass` is looked at.
 */
export type DatabaseSetting = { readonly url: string; readonly passwordFile: string | null }

type Environment = Readonly<Record<string, string | undefined>>

/** What may follow `?` in the address: how the connection is encrypted, and nothing that replaces what Postern sets. */
const TLS_SETTINGS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey']
const WEB_BUILD = fileURLToPath(new URL('../dist/web', import.meta.url))

/**
 * Reads and checks the settings; the only place where the environment is looked at.
 * @throws PosternError `config/invalid` naming the variable, `token/module-missing`
 */
export function readConfig(environment: Environment = process.env): Config {
  return Object.freeze({
    data: readDataFolder(environment),
    port: wholeNumber(environment, 'PORT', 8025, 1, 65_535),
    metricsPort: metricsPort(environment),
    host: environment['POSTERN_HOST'] ?? '127.0.0.1',
    publicOrigin: origin(environment['POSTERN_ORIGIN']),
    demo: isOn(environment, 'POSTERN_DEMO'),
    token: readTokenSettings(environment),
    openId: parseOpenIdPlace(environment),
    session: Object.freeze({
      idleSeconds: wholeNumber(environment, 'POSTERN_IDLE_SECONDS', 86_400, 1, 86_400),
      absoluteSeconds: wholeNumber(environment, 'POSTERN_ABSOLUTE_SECONDS', 604_800, 1, 604_800),
    }),
    database: readDatabase(environment),
    webBuild: WEB_BUILD,
  })
}

/** The data folder alone, for commands that work beside a running server and need no token. */
export function readDataFolder(environment: Environment = process.env): string {
  const folder = environment['POSTERN_DATA'] ?? '.postern'
  if (folder === '')
    throw new PosternError('config/invalid', 'POSTERN_DATA is empty; name a folder')
  return resolve(folder)
}

/** Who became this process's user by sudo, so that the audit names a person; null when nobody did. */
export function readSudoUser(environment: Environment = process.env): string | null {
  const name = environment['SUDO_USER'] ?? ''
  return /^[A-Za-z_][\w.-]{0,31}$/.test(name) ? name : null
}

/**
 * The database alone, for commands that work beside a running server.
 * @throws PosternError `config/invalid`, which never shows the address: it may hold a password
 */
export function readDatabase(environment: Environment = process.env): DatabaseSetting | null {
  const text = environment['POSTERN_DATABASE']
  const passwordFile = environment['POSTERN_DATABASE_PASSWORD_FILE'] ?? null
  if (text === undefined) {
    if (passwordFile === null) return null
    throw new PosternError(
      'config/invalid',
      'POSTERN_DATABASE_PASSWORD_FILE is set without POSTERN_DATABASE',
    )
  }
  const url = URL.parse(text)
  if (url !== null && (url.password !== '' || url.searchParams.has('password'))) {
    throw new PosternError(
      'config/invalid',
      'POSTERN_DATABASE holds a password; put it into a file that POSTERN_DATABASE_PASSWORD_FILE names',
    )
  }
  if (url === null || !namesDatabase(url)) {
    throw new PosternError(
      'config/invalid',
      `POSTERN_DATABASE must be like postgres://user@host:5432/name, with at most ${TLS_SETTINGS.join(', ')} after it`,
    )
  }
  return Object.freeze({
    url: url.href,
    passwordFile: passwordFile === null ? null : resolve(passwordFile),
  })
}

function namesDatabase(url: URL): boolean {
  return (
    /^postgres(ql)?:$/.test(url.protocol) &&
    url.username !== '' &&
    url.hostname !== '' &&
    /^\/[^/]+$/.test(url.pathname) &&
    url.hash === '' &&
    [...url.searchParams.keys()].every((name) => TLS_SETTINGS.includes(name))
  )
}

function wholeNumber(
  environment: Environment,
  name: string,
  otherwise: number,
  least: number,
  most: number,
): number {
  const text = environment[name] ?? String(otherwise)
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN
  if (value >= least && value <= most) return value
  throw new PosternError(
    'config/invalid',
    `${name} must be a whole number from ${least} to ${most}, not "${text}"`,
  )
}

function metricsPort(environment: Environment): number | null {
  const name = 'POSTERN_METRICS_PORT'
  return environment[name] === undefined ? null : wholeNumber(environment, name, 0, 1, 65_535)
}

function isOn(environment: Environment, name: string): boolean {
  const text = environment[name] ?? 'on'
  if (text === 'on' || text === 'off') return text === 'on'
  throw new PosternError('config/invalid', `${name} is either on or off, not "${text}"`)
}

function origin(text: string | undefined): string | null {
  if (text === undefined) return null
  const url = URL.parse(text)
  if (url !== null && url.origin === text && /^https?:$/.test(url.protocol)) return text
  throw new PosternError(
    'config/invalid',
    `POSTERN_ORIGIN must be a bare origin like https://mail.example.com, not "${text}"`,
  )
}

/**
 * The token alone, for commands that start a worker of their own.
 * @throws PosternError `config/invalid`, `token/module-missing`
 */
export function readTokenSettings(environment: Environment = process.env): TokenSettings {
  return parseTokenSettings(environment)
}
