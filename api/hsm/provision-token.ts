import pkcs11 from 'pkcs11js'
import type { Handle, PKCS11 } from 'pkcs11js'
import { PosternError } from '#shared/errors.ts'
import type { ProvisionMessage } from './messages.ts'
import { provisionAuditKey } from './pkcs11/audit-key.ts'
import { tokenFailure } from './pkcs11/failure.ts'
import { findEmptyToken, findToken, loadModule } from './pkcs11/module.ts'
import { provisionSystemKeys } from './pkcs11/system-keys.ts'
import { closeToken, openToken } from './pkcs11/token.ts'

const LABEL_BYTES = 32 // padded with blanks (PKCS#11 2.40 §5.5, C_InitToken)

/**
 * Brings a token to where a start finds it ready, from wherever it is: initialises an empty one, gives
 * it the user's PIN, makes the system keys that are missing. Runs in the worker process.
 */
export async function provisionInWorker(order: ProvisionMessage): Promise<void> {
  const cryptoki = loadModule(order.modulePath)
  try {
    const slot = findToken(cryptoki, order.tokenLabel) ?? initialise(cryptoki, order)
    if ((cryptoki.C_GetTokenInfo(slot).flags & pkcs11.CKF_USER_PIN_INITIALIZED) === 0) {
      givePin(cryptoki, slot, order)
    }
    const token = openToken(cryptoki, order.tokenLabel, order.pin)
    await provisionSystemKeys(token)
    await provisionAuditKey(token)
    closeToken(token)
  } catch (error) {
    throw tokenFailure(error)
  }
}

function initialise(cryptoki: PKCS11, { tokenLabel, soPin }: ProvisionMessage): Handle {
  if (soPin === null) throw new PosternError('token/broken', 'There is no such token')
  const empty = findEmptyToken(cryptoki)
  if (empty === null) throw new PosternError('token/broken', 'The module has no empty token')
  cryptoki.C_InitToken(empty, soPin, tokenLabel.padEnd(LABEL_BYTES))
  const slot = findToken(cryptoki, tokenLabel) // SoftHSM moves a token to another slot when it gets its label
  if (slot === null) throw new PosternError('token/broken', 'The new token does not show up')
  return slot
}

function givePin(cryptoki: PKCS11, slot: Handle, { pin, soPin }: ProvisionMessage): void {
  if (soPin === null) throw new PosternError('token/broken', 'The token has no PIN yet')
  const flags = pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION
  const session = cryptoki.C_OpenSession(slot, flags)
  cryptoki.C_Login(session, pkcs11.CKU_SO, soPin)
  cryptoki.C_InitPIN(session, pin)
  cryptoki.C_Logout(session)
  cryptoki.C_CloseSession(session)
}
