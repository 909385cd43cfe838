import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PosternError } from '#shared/errors.ts'

/** Whether the web app has been built into this folder. */
export function webBuildIsThere(folder: string): boolean {
  return existsSync(join(folder, 'index.html'))
}

/** @throws PosternError `config/invalid` */
export function requireWebBuild(folder: string): void {
  if (webBuildIsThere(folder)) return
  throw new PosternError(
    'config/invalid',
    `The web app has not been built into ${folder}; npm start does that.`,
  )
}
