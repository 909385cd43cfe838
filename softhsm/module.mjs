import { existsSync } from 'node:fs'
import { Failure } from './failure.mjs'

/** Where the packages of the common systems put SoftHSM's PKCS#11 module. */
const WELL_KNOWN = [
  '/usr/lib/softhsm/libsofthsm2.so', // Debian, Ubuntu, Alpine
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so', // Fedora, RHEL
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/lib/pkcs11/libsofthsm2.so', // Arch
  '/opt/homebrew/lib/softhsm/libsofthsm2.so', // macOS on Apple silicon
  '/usr/local/lib/softhsm/libsofthsm2.so', // macOS on Intel, or built from source
]

/**
 * The PKCS#11 module to use: the one `POSTERN_PKCS11_MODULE` names, else SoftHSM where packages put it.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | null} its path; null when none is installed
 * @throws {Failure} when the variable names a file that is not there
 */
export function findModule(env) {
  const { POSTERN_PKCS11_MODULE: named } = env
  if (named) {
    if (existsSync(named)) return named
    throw new Failure(`POSTERN_PKCS11_MODULE names ${named}, but there is no such file.`)
  }
  return WELL_KNOWN.find((path) => existsSync(path)) ?? null
}
