import { existsSync } from 'node:fs'

/** Where other people's mail and vectors lie, beside the repository or beside its work trees; null where nowhere. */
export const CORPORA: URL | null =
  ['../../../', '../../../../']
    .map((up) => new URL(`${up}shared/corpora/`, import.meta.url))
    .find((folder) => existsSync(folder)) ?? null
