import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from './failure.mjs'
import { findModule } from './module.mjs'
import { hasCompiler, installPackages, NPM_INSTALL, packagesAreStale } from './npm-packages.mjs'
import { installCommands, installSystemPackages } from './system-packages.mjs'

/** The repository this file lies in. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

const NODE_24 = 24

/** The Node that runs Postern: npm brings it as a package, so that the machine's own may be older. */
export const NODE =
  Number(process.versions.node.split('.')[0]) >= NODE_24
    ? process.execPath
    : join(ROOT, 'node_modules/.bin/node')

/**
 * Brings what the machine lacks to run Postern: SoftHSM, the npm packages, and a compiler for the latter.
 * @param {{ install: boolean, also?: readonly import('./system-packages.mjs').Need[] }} options `install: false` changes
 *   nothing; `also` names what else is missing for the work at hand
 * @returns {Promise<{ module: string }>} the PKCS#11 module to use
 * @throws {Failure} with the sentence to show
 */
export async function prepareMachine({ install, also = [] }) {
  const stale = packagesAreStale(ROOT)
  /** @type {import('./system-packages.mjs').Need[]} */
  const needs = [...also]
  if (findModule(process.env) === null) needs.push('softhsm')
  if (stale && !hasCompiler()) needs.push('compiler')

  if (!install && (needs.length > 0 || stale)) {
    const commands = [
      ...installCommands(needs, { terminal: true }),
      ...(stale ? [NPM_INSTALL] : []),
    ]
    throw new Failure(
      'Postern is not ready to start, and --no-install was given. Run these commands, then start again.',
      commands.map((command) => `  ${command.join(' ')}`).join('\n'),
    )
  }
  await installSystemPackages(needs)
  if (stale) await installPackages(ROOT)

  const module = findModule(process.env)
  if (module === null) {
    throw new Failure(
      'SoftHSM was installed, but its module was not found: set POSTERN_PKCS11_MODULE to the path of libsofthsm2.so.',
    )
  }
  return { module }
}
