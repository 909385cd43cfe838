import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { type ErrorCode, isPosternError, PosternError } from '#shared/errors.ts'
import type { HsmLog } from '../hsm/log.ts'
import type { Hsm } from '../hsm/port.ts'
import { provisionToken } from '../hsm/provision.ts'
import { startHsm } from '../hsm/supervisor.ts'
import type { DataPaths } from './data-folder.ts'
import { RefusedPin } from './refused-pin.ts'
import { readOrMakePin } from './secret-file.ts'
import { inTokenTurn } from './token-turn.ts'

const LABEL = 'postern'

/**
 * Starts the worker on the token of the data folder, which is made on the first start. The system's own
 * SoftHSM tokens are never looked at. A PIN that was refused, now or by a later worker, is tried by no start again.
 * @throws PosternError `token/wrong-pin`, `token/module-missing`, `token/broken`, `hsm/unavailable`
 */
export function openToken(folder: DataPaths, modulePath: string, log: HsmLog): Promise<Hsm> {
  return inTokenTurn(folder.tokenTurn, () => openInTurn(folder, modulePath, log))
}

async function openInTurn(folder: DataPaths, modulePath: string, log: HsmLog): Promise<Hsm> {
  const softhsmConf = folder.softhsmConf
  mkdirSync(folder.tokens, { recursive: true, mode: 0o700 })
  writeFileSync(softhsmConf, softhsmSettings(folder.tokens), { mode: 0o600 })
  const pin = readOrMakePin(folder.pin)
  const refused = new RefusedPin(folder.refusedPin)
  const onWrongPin = () => refused.keep(pin)
  if (refused.is(pin)) throw placed(new PosternError('token/wrong-pin', ''), folder, modulePath)
  try {
    if (!existsSync(folder.tokenMade)) {
      const soPin = readOrMakePin(folder.soPin)
      await provisionToken({ modulePath, softhsmConf, label: LABEL, pin, soPin })
      writeFileSync(folder.tokenMade, '', { mode: 0o600, flush: true })
    }
    const hsm = await startHsm({ modulePath, softhsmConf, tokenLabel: LABEL, pin, log, onWrongPin })
    refused.forget()
    return hsm
  } catch (error) {
    if (isPosternError(error, 'token/wrong-pin')) onWrongPin()
    throw placed(error, folder, modulePath)
  }
}

/** The token knows what is wrong; here we know where. */
function placed(error: unknown, folder: DataPaths, modulePath: string): unknown {
  if (!isPosternError(error)) return error
  const sentences: Partial<Record<ErrorCode, string>> = {
    'token/wrong-pin': `The token refused the PIN in ${folder.pin}; it was tried once, and is not tried again until the file holds another.`,
    'token/module-missing': `${modulePath} cannot be loaded as a PKCS#11 module; POSTERN_PKCS11_MODULE names another.`,
    'token/broken': `The token in ${folder.tokens} is not the one that was made there; put it back from a copy.`,
  }
  return new PosternError(error.code, sentences[error.code] ?? error.message, { cause: error })
}

/** Written anew at each start: the data folder may have been moved. */
function softhsmSettings(tokens: string): string {
  return [
    `directories.tokendir = ${tokens}`,
    'objectstore.backend = file',
    'log.level = ERROR',
    'slots.removable = false',
    '',
  ].join('\n')
}
