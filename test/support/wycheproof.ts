import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

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

const FOLDER = fileURLToPath(new URL('../../../shared/corpora/wycheproof/', import.meta.url))

/** Whether the vectors lie beside the repository. */
export const hasWycheproof = existsSync(FOLDER)

/** The groups of a signature file, by its name without `_test.json`. */
export function wycheproofGroups(name: string): readonly WycheproofGroup[] {
  const text = readFileSync(`${FOLDER}${name}_test.json`, 'utf8')
  return (JSON.parse(text) as { testGroups: WycheproofGroup[] }).testGroups
}
