import { existsSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { hasProgram, runQuietly } from './program.mjs'

/** `npm ci` refuses the lockfile under some versions of npm 11; `install` with a lockfile gives the same packages. */
export const NPM_INSTALL = ['npm', 'install', '--no-audit', '--no-fund']

/** Written by npm at the end of an installation: what it put there. */
const INSTALLED = 'node_modules/.package-lock.json'

/**
 * Whether the packages are missing or older than the lockfile.
 * @param {string} root the repository
 */
export function packagesAreStale(root) {
  const installed = join(root, INSTALLED)
  return !existsSync(installed) || modified(installed) < modified(join(root, 'package-lock.json'))
}

/** @param {string} path */
function modified(path) {
  return statSync(path).mtimeMs
}

/** pkcs11js is compiled when it is installed: whether what that takes is here. */
export function hasCompiler() {
  return ['make', 'python3'].every(hasProgram) && ['c++', 'g++', 'clang++'].some(hasProgram)
}

/**
 * Installs the packages of the lockfile.
 * @param {string} root
 */
export async function installPackages(root) {
  process.stdout.write('Installing npm packages; this takes about a minute.\n')
  const { npm_execpath: npm } = process.env
  const command = npm ? [process.execPath, npm, ...NPM_INSTALL.slice(1)] : NPM_INSTALL
  await runQuietly(command, {
    cwd: root,
    otherwise: 'npm could not install the packages.',
  })
  const now = new Date()
  utimesSync(join(root, INSTALLED), now, now) // npm leaves it alone when it had nothing to do
}
