import type { Key } from '#shared/contract/keys.ts'
import type { CertificateSummary } from '#shared/smime/verdict.ts'
import { askAboutCertificates } from './certificate-engine.ts'
import { keyring } from './keyring.svelte.ts'

/** A key with its certificates in words, the user's own first. */
export type DescribedKey = Key & { readonly certificates: readonly CertificateSummary[] }

/** The user's keys as people read them. Throws PosternError as every call may. */
export async function describeKeys(): Promise<DescribedKey[]> {
  const { keys } = await keyring.get()
  return Promise.all(
    keys.map(async (key) => ({
      ...key,
      certificates: await askAboutCertificates('describe', key.chain),
    })),
  )
}
