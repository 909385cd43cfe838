import pkcs11 from 'pkcs11js'
import type { Handle, PKCS11, TokenInfo } from 'pkcs11js'
import { PosternError } from '#shared/errors.ts'

/**
 * Loads a PKCS#11 module and initialises it, with locks of the operating system: several of our
 * sessions work at once, each on its own thread.
 * @throws PosternError `token/module-missing`, `token/broken`
 */
export function loadModule(path: string): PKCS11 {
  const cryptoki = new pkcs11.PKCS11()
  try {
    cryptoki.load(path)
  } catch (cause) {
    throw new PosternError('token/module-missing', 'The PKCS#11 module cannot be loaded', { cause })
  }
  try {
    cryptoki.C_Initialize({ flags: pkcs11.CKF_OS_LOCKING_OK })
  } catch (cause) {
    throw new PosternError('token/broken', 'The PKCS#11 module does not start', { cause })
  }
  return cryptoki
}

/** The slot of the token with this label, or null. */
export function findToken(cryptoki: PKCS11, label: string): Handle | null {
  return findSlot(cryptoki, (info) => labelOf(info) === label)
}

/** A slot whose token nobody has initialised yet, or null. */
export function findEmptyToken(cryptoki: PKCS11): Handle | null {
  return findSlot(cryptoki, (info) => (info.flags & pkcs11.CKF_TOKEN_INITIALIZED) === 0)
}

function findSlot(cryptoki: PKCS11, matches: (info: TokenInfo) => boolean): Handle | null {
  const slots = cryptoki.C_GetSlotList(true)
  return slots.find((slot) => matches(cryptoki.C_GetTokenInfo(slot))) ?? null
}

/** Labels are padded to 32 bytes with blanks, by some with zeros. */
function labelOf(info: TokenInfo): string {
  return info.label.replace(/[ \0]+$/, '')
}
