import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Bytes } from '#shared/bytes.ts'
import type { Reader } from '#shared/smime/reader.ts'
import type { Certificate } from '#shared/x509/certificate.ts'
import { certificatesOfPem } from '#test/support/pem.ts'
import {
  readerKeys,
  softwareKey,
  type SoftwareKey,
  softwareUnwrap,
} from '#test/support/software-keys.ts'

/** What a case should come out as; every field may be absent. */
export type Expectation = {
  readonly encryption?: string
  readonly encryptionOneOf?: readonly string[]
  readonly contentAlgorithm?: string
  readonly signature?: string
  readonly signatureOneOf?: readonly string[]
  readonly reason?: string
  readonly reasonOneOf?: readonly string[]
  readonly signer?: string
  readonly subject?: string
  readonly textIncludes?: readonly string[]
  readonly textExcludes?: readonly string[]
  readonly textSha256?: string
}

/** One case of a corpus file. Paths are relative to the set's folder. */
export type Case = {
  readonly id: string
  readonly file: string
  readonly format: string
  readonly from?: string
  readonly content?: string
  readonly keys?: readonly { readonly key: string; readonly cert: string }[]
  readonly trust?: readonly string[]
  readonly at?: string
  readonly expect: Expectation
}

/** The cases of a corpus file, in order. */
export async function readCases(path: string): Promise<Case[]> {
  const { cases } = JSON.parse(await readFile(path, 'utf8')) as { cases: Case[] }
  return cases
}

/** The bytes of a case and who is to read them. */
export async function prepareCase(
  path: string,
  { file, from, content, keys = [], trust = [], at }: Case,
): Promise<{ bytes: Bytes; reader: Reader }> {
  const folder = dirname(path)
  const load = async (name: string) => new Uint8Array(await readFile(join(folder, name)))
  const held = await Promise.all(keys.map((pair, index) => loadKey(folder, pair, String(index))))
  const anchors = await Promise.all(trust.map((name) => loadCertificates(folder, name)))
  const reader: Reader = {
    keys: readerKeys(held),
    unwrap: softwareUnwrap(held),
    anchors: anchors.flat(),
    at: at === undefined ? new Date() : new Date(at),
    ...(from === undefined ? {} : { from }),
    ...(content === undefined ? {} : { detachedContent: await load(content) }),
  }
  return { bytes: await load(file), reader }
}

async function loadCertificates(folder: string, name: string): Promise<Certificate[]> {
  return certificatesOfPem(await readFile(join(folder, name), 'utf8'))
}

async function loadKey(
  folder: string,
  { key, cert }: { readonly key: string; readonly cert: string },
  id: string,
): Promise<SoftwareKey> {
  const [certificate] = await loadCertificates(folder, cert)
  if (certificate === undefined) throw new Error(`${cert} holds no certificate`)
  return softwareKey(id, certificate, await readFile(join(folder, key), 'utf8'))
}
