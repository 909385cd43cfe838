import { readFileSync } from 'node:fs'
import { CORPORA } from './corpora.ts'

/** Whether Project Wycheproof's vectors of decryption and agreement lie beside the repository. */
export const hasDecryptionVectors = CORPORA !== null

export type Verdict = 'valid' | 'invalid' | 'acceptable'

/** One RSA key in PKCS#8 and what was encrypted to it; `sha` and `mgfSha` for OAEP. All bytes hexadecimal. */
export type RsaGroup = {
  readonly keySize: number
  readonly privateKeyPkcs8: string
  readonly sha?: string
  readonly mgfSha?: string
  readonly tests: readonly {
    readonly tcId: number
    readonly msg: string
    readonly ct: string
    readonly label?: string
    readonly result: Verdict
  }[]
}

/** `public` is a point, `private` a number. */
export type EcdhGroup = {
  readonly tests: readonly {
    readonly tcId: number
    readonly flags: readonly string[]
    readonly public: string
    readonly private: string
    readonly shared: string
    readonly result: Verdict
  }[]
}

export type AesWrapGroup = {
  readonly tests: readonly {
    readonly tcId: number
    readonly key: string
    readonly msg: string
    readonly ct: string
    readonly result: Verdict
  }[]
}

export function readRsaGroups(file: string): readonly RsaGroup[] {
  return readGroups(file) as RsaGroup[]
}

export function readEcdhGroups(file: string): readonly EcdhGroup[] {
  return readGroups(file) as EcdhGroup[]
}

export function readAesWrapGroups(file: string): readonly AesWrapGroup[] {
  return readGroups(file) as AesWrapGroup[]
}

function readGroups(file: string): unknown[] {
  if (CORPORA === null) throw new TypeError('no vectors')
  const text = readFileSync(new URL(`wycheproof/${file}`, CORPORA), 'utf8')
  return (JSON.parse(text) as { testGroups: unknown[] }).testGroups
}
