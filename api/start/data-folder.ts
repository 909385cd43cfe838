import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PosternError } from '#shared/errors.ts'
import { lockFile } from '../storage/folder-lock.ts'

/** Everything Postern keeps, below one private folder. */
export type DataPaths = {
  readonly path: string
  readonly database: string
  readonly softhsmConf: string
  readonly tokens: string
  /** There once the token is complete: one that vanishes later is an error, and never made anew. */
  readonly tokenMade: string
  readonly pin: string
  readonly soPin: string
  /** A note of the PIN that the token refused. */
  readonly refusedPin: string
  /** Held by whoever logs in to the token. */
  readonly tokenTurn: string
  readonly mail: string
  /** Messages on their way from one mailbox to others. */
  readonly spool: string
  readonly demo: string
  readonly log: string
}

/** The folder of a running server. */
export type DataFolder = DataPaths & {
  /** Gives the folder back, at the very end. */
  readonly release: () => void
}

/**
 * Makes the folder when it is missing, closes it to everybody else, and claims it for this process.
 * @throws PosternError `config/unwritable`, also when another server uses it
 */
export function openDataFolder(path: string): DataFolder {
  makePrivate(path)
  const lock = lockFile(join(path, 'lock'))
  if (lock === null) {
    throw new PosternError(
      'config/unwritable',
      `Another Postern is running with the data folder ${path}; stop it, or name another folder with POSTERN_DATA.`,
    )
  }
  return { ...dataPaths(path), release: lock.release }
}

/** Where everything lies, for who works beside a running server. */
export function dataPaths(path: string): DataPaths {
  return {
    path,
    database: join(path, 'postern.db'),
    softhsmConf: join(path, 'softhsm2.conf'),
    tokens: join(path, 'tokens'),
    tokenMade: join(path, 'token-made'),
    pin: join(path, 'pin'),
    soPin: join(path, 'so-pin'),
    refusedPin: join(path, 'refused-pin'),
    tokenTurn: join(path, 'token-turn'),
    mail: join(path, 'mail'),
    spool: join(path, 'spool'),
    demo: join(path, 'demo'),
    log: join(path, 'log'),
  }
}

function makePrivate(path: string): void {
  try {
    makeFolder(path)
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700)
    const probe = join(path, '.writable')
    writeFileSync(probe, '', { mode: 0o600 })
    rmSync(probe)
  } catch (error) {
    throw new PosternError(
      'config/unwritable',
      `The data folder ${path} cannot be written; make it writable, or name another with POSTERN_DATA.`,
      { cause: error },
    )
  }
}

/** Like `mkdir` with `recursive`, which tries for ever where a file system takes no folders, such as `/proc`. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}
