import type { Bytes } from '#shared/bytes.ts'
import type { Key } from '#shared/contract/keys.ts'
import type { CertificateSummary } from '#shared/smime/verdict.ts'
import { PosternError } from '#shared/errors.ts'
import { Engine } from '../engine/engine.ts'
import { keyring } from './keyring.svelte.ts'

/** A key with its certificates in words, the user's own first. */
export type DescribedKey = Key & { readonly certificates: readonly CertificateSummary[] }

const engine = new Engine()

/** The user's keys as people read them. Throws PosternError as every call may. */
export async function describeKeys(): Promise<DescribedKey[]> {
  const { keys } = await keyring.get()
  return Promise.all(
    keys.map(async (key) => ({ ...key, certificates: await describeCertificates(key.chain) })),
  )
}

/** DER certificates in words. */
function describeCertificates(ders: readonly Bytes[]): Promise<readonly CertificateSummary[]> {
  const noKeys = () => Promise.reject(new PosternError('internal', 'Describing asks for no key.'))
  const page = { unwrap: noKeys, sign: noKeys }
  return engine.run({ name: 'describe', params: ders, page, signal: new AbortController().signal })
}
