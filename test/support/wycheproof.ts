import { readdirSync, readFileSync } from 'node:fs'
import { CORPORA } from './corpora.ts'

/** One vector of a Wycheproof file: `acceptable` may go either way. */
export type WycheproofVector = {
  readonly tcId: number
  readonly comment: string
  readonly msg: string
  readonly sig: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
}

export type WycheproofGroup = {
  readonly publicKeyDer: string
  readonly sha: string
  readonly mgfSha?: string
  readonly sLen?: number
  readonly tests: readonly WycheproofVector[]
}

const FOLDER = CORPORA === null ? null : new URL('wycheproof/', CORPORA)

/** Whether the vectors lie beside the repository. */
export const hasWycheproof = FOLDER !== null

/** The groups of a signature file, by its name without `_test.json`. */
export function wycheproofGroups(name: string): readonly WycheproofGroup[] {
  return readVectors(name) as WycheproofGroup[]
}

/** One vector of a cipher's file, all hexadecimal; `aad` and `tag` for GCM alone. */
export type CipherVector = {
  readonly tcId: number
  readonly key: string
  readonly iv: string
  readonly aad?: string
  readonly msg: string
  readonly ct: string
  readonly tag?: string
  readonly result: WycheproofVector['result']
}

/** The vectors of a cipher's file, by its name without `_test.json`. */
export function cipherVectors(name: string): readonly CipherVector[] {
  return (readVectors(name) as { tests: CipherVector[] }[]).flatMap(({ tests }) => tests)
}

/** Names of all files that lie there, without `_test.json`. */
export function wycheproofFiles(): string[] {
  const files = FOLDER === null ? [] : readdirSync(FOLDER)
  return files.flatMap((file) => /^(.*)_test\.json$/.exec(file)?.[1] ?? [])
}

function readVectors(name: string): unknown[] {
  if (FOLDER === null) throw new TypeError('no vectors')
  const text = readFileSync(new URL(`${name}_test.json`, FOLDER), 'utf8')
  return (JSON.parse(text) as { testGroups: unknown[] }).testGroups
}
