import { type ErrorCode, isPosternError, PosternError } from '#shared/errors.ts'
import type { HsmLog } from '../hsm/log.ts'
import type { Hsm } from '../hsm/port.ts'
import { startHsm, startSpreadHsm } from '../hsm/supervisor.ts'
import type { OneOfSeveral } from '../several-tokens.ts'
import type { TokenSettings } from '../token-settings.ts'
import type { DataPaths } from './data-folder.ts'
import { RefusedPin } from './refused-pin.ts'
import { findTokenPlace, findTokenPlaces, type TokenPlace } from './token-place.ts'
import { inTokenTurn } from './token-turn.ts'

/**
 * Starts the worker on the token of the settings. A PIN that was refused, now or by a later worker, is tried by no
 * start again.
 * @throws PosternError `token/wrong-pin`, `token/module-missing`, `token/broken`, `hsm/unavailable`
 */
export function openToken(folder: DataPaths, settings: TokenSettings, log: HsmLog): Promise<Hsm> {
  if (settings.several !== undefined) return openSeveral(folder, settings.several, log)
  return atToken(folder, settings, async (place, onWrongPin) => {
    await place.makeReady()
    const { label: tokenLabel, pin, modulePath, environment } = place
    return startHsm({ modulePath, environment, tokenLabel, pin, log, onWrongPin })
  })
}

/** A token whose PIN was refused before is left out until its file holds another: the others go on. */
function openSeveral(
  folder: DataPaths,
  several: readonly OneOfSeveral[],
  log: HsmLog,
): Promise<Hsm> {
  return inTokenTurn(folder.tokenTurn, async () => {
    const places = findTokenPlaces(several).map((place, at) => {
      return { ...place, refused: new RefusedPin(`${folder.refusedPin}-${at + 1}`) }
    })
    const usable = places.filter(({ refused, pin }) => !refused.is(pin))
    const [first] = places
    if (usable.length === 0 && first !== undefined) {
      throw placed(new PosternError('token/wrong-pin', ''), first)
    }
    const tokens = usable.map(({ modulePath, environment, label: tokenLabel, pin, refused }) => {
      return { modulePath, environment, tokenLabel, pin, onWrongPin: () => refused.keep(pin) }
    })
    return startSpreadHsm({ tokens, log })
  })
}

/**
 * Makes the keys of the service itself where the token does not have them. Run again, it changes nothing.
 * @throws PosternError as `openToken`
 */
export function prepareToken(folder: DataPaths, settings: TokenSettings): Promise<void> {
  return atToken(folder, settings, (place) => place.prepare())
}

function atToken<T>(
  folder: DataPaths,
  settings: TokenSettings,
  work: (place: TokenPlace, onWrongPin: () => void) => Promise<T>,
): Promise<T> {
  return inTokenTurn(folder.tokenTurn, async () => {
    const place = findTokenPlace(folder, settings)
    const refused = new RefusedPin(folder.refusedPin)
    const onWrongPin = () => refused.keep(place.pin)
    if (refused.is(place.pin)) throw placed(new PosternError('token/wrong-pin', ''), place)
    try {
      const result = await work(place, onWrongPin)
      refused.forget()
      return result
    } catch (error) {
      if (isPosternError(error, 'token/wrong-pin')) onWrongPin()
      throw placed(error, place)
    }
  })
}

/** The token knows what is wrong; here we know where. */
function placed(error: unknown, { pinFile, modulePath, whenBroken }: TokenPlace): unknown {
  if (!isPosternError(error)) return error
  const sentences: Partial<Record<ErrorCode, string>> = {
    'token/wrong-pin': `The token refused the PIN in ${pinFile}; it was tried once, and is not tried again until the file holds another.`,
    'token/module-missing': `${modulePath} cannot be loaded as a PKCS#11 module; POSTERN_PKCS11_MODULE names another.`,
    'token/broken': whenBroken,
  }
  return new PosternError(error.code, sentences[error.code] ?? error.message, { cause: error })
}
