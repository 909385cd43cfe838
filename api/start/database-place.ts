import { readFileSync } from 'node:fs'
import type { DatabaseSetting } from '../config.ts'
import type { DatabasePlace } from '../storage/db.ts'
import { PosternError } from '#shared/errors.ts'
import type { DataPaths } from './data-folder.ts'
import { requirePrivate } from './secret-file.ts'

/**
 * Where the records are: on the server that is set, with the password from its file, or in the data folder.
 * @throws PosternError `config/invalid` when the password's file cannot be read, or others can read it too
 */
export function databasePlace(setting: DatabaseSetting | null, folder: DataPaths): DatabasePlace {
  if (setting === null) return folder.database
  const { url, passwordFile } = setting
  return { url, password: passwordFile === null ? null : readPassword(passwordFile) }
}

function readPassword(path: string): string {
  const password = readText(path).replace(/\r?\n$/, '')
  requirePrivate(path)
  if (password !== '' && !/[\r\n]/.test(password)) return password
  throw new PosternError('config/invalid', `${path} must hold the database's password in one line.`)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new PosternError(
      'config/invalid',
      `POSTERN_DATABASE_PASSWORD_FILE names ${path}, which cannot be read.`,
      { cause: error },
    )
  }
}
