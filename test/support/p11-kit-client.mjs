import { existsSync } from 'node:fs'

/** Where packages put the PKCS#11 module that speaks to a `p11-kit server`. */
const PLACES = [
  '/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so',
  '/usr/lib/aarch64-linux-gnu/pkcs11/p11-kit-client.so',
  '/usr/lib64/pkcs11/p11-kit-client.so',
  '/usr/lib/pkcs11/p11-kit-client.so',
  '/opt/homebrew/lib/pkcs11/p11-kit-client.so',
  '/usr/local/lib/pkcs11/p11-kit-client.so',
]

/** @returns {string | null} the module's path, or null where it is not installed */
export function findP11KitClient() {
  return PLACES.find((path) => existsSync(path)) ?? null
}
