import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { PosternError } from '#shared/errors.ts'
import { type OneOfSeveral, readSeveralTokens } from './several-tokens.ts'

/** Which token holds the keys, and how it is reached. */
export type TokenSettings = {
  /** Absolute path of the PKCS#11 module (`POSTERN_PKCS11_MODULE`; `npm start` sets it). */
  readonly modulePath: string
  /** What the module reads from its environment: the variables that `POSTERN_MODULE_ENVIRONMENT` names, by blanks. */
  readonly moduleEnvironment: Readonly<Record<string, string>>
  /**
   * A token that was made ready elsewhere (`POSTERN_TOKEN_LABEL`, `POSTERN_PIN_FILE`). Null: a token of SoftHSM's in
   * the data folder, made on the first start.
   */
  readonly prepared: { readonly label: string; readonly pinFile: string } | null
  /** Several tokens that hold the same keys, instead of the one above (`POSTERN_TOKENS`); absent: there is one. */
  readonly several?: readonly OneOfSeveral[]
}

type Environment = Readonly<Record<string, string | undefined>>

const LABEL_BYTES = 32 // PKCS#11 2.40 §3.2, CK_TOKEN_INFO

/** @throws PosternError `config/invalid` naming the variable, `token/module-missing` */
export function parseTokenSettings(environment: Environment): TokenSettings {
  const several = environment['POSTERN_TOKENS']
  return Object.freeze({
    ...(several === undefined ? {} : { several: readSeveralTokens(several) }),
    modulePath: parseModulePath(environment['POSTERN_PKCS11_MODULE']),
    moduleEnvironment: parseModuleEnvironment(environment),
    prepared: parsePrepared(environment['POSTERN_TOKEN_LABEL'], environment['POSTERN_PIN_FILE']),
  })
}

function parseModulePath(path: string | undefined): string {
  if (path === undefined || path === '') {
    throw new PosternError(
      'token/module-missing',
      'POSTERN_PKCS11_MODULE is not set; npm start finds SoftHSM and sets it',
    )
  }
  if (existsSync(path)) return resolve(path)
  throw new PosternError(
    'token/module-missing',
    `POSTERN_PKCS11_MODULE names ${path}, and there is no such file`,
  )
}

function parseModuleEnvironment(environment: Environment): Readonly<Record<string, string>> {
  const names = (environment['POSTERN_MODULE_ENVIRONMENT'] ?? '').split(/\s+/).filter(Boolean)
  const variables = names.map((name): [string, string] => {
    const value = environment[name]
    if (value !== undefined && !/^(POSTERN_|NODE_)/.test(name)) return [name, value]
    throw invalid(`POSTERN_MODULE_ENVIRONMENT names ${name}, which is not set or not a module's`)
  })
  return Object.freeze(Object.fromEntries(variables))
}

function parsePrepared(
  label: string | undefined,
  pinFile: string | undefined,
): TokenSettings['prepared'] {
  if (label === undefined && pinFile === undefined) return null
  if (label === undefined || pinFile === undefined) {
    throw invalid('POSTERN_TOKEN_LABEL and POSTERN_PIN_FILE go together; one of them is not set')
  }
  if (label === '' || Buffer.byteLength(label) > LABEL_BYTES || label.trim() !== label) {
    throw invalid(`POSTERN_TOKEN_LABEL must be the label of a token, not "${label}"`)
  }
  if (!existsSync(pinFile)) throw invalid(`POSTERN_PIN_FILE names ${pinFile}, which is not there`)
  return Object.freeze({ label, pinFile: resolve(pinFile) })
}

function invalid(sentence: string): PosternError {
  return new PosternError('config/invalid', sentence)
}
