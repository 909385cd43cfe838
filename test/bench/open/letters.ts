import { randomFillSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import { open } from '#shared/smime/open.ts'
import { type Protection, seal } from '#shared/smime/seal.ts'
import { textDraft } from '../../support/drafts.ts'
import { OpensslPki } from '../../support/openssl-pki.ts'
import { readerKeys, softwareSigner, softwareUnwrap } from '../../support/software-keys.ts'

export const CASES = ['encrypted CBC', 'encrypted GCM', 'clear-signed', 'signed+encrypted'] as const
export type Case = (typeof CASES)[number]

/** A message of the bench, as a file in the folder of `pki` and in memory. */
export type Letter = {
  readonly file: string
  readonly bytes: Bytes
  /** What the key service would answer; empty where nothing is encrypted. */
  readonly contentKey: Bytes
  readonly attachedBytes: number
}

export const ATTACHMENTS = 4
const MIB = 2 ** 20
const ROOM = 32 * 1024 // for headers, certificates and the text
const GROWTH = 78 / 57 // of base64 in lines of 76 with CRLF

/** Alice, who reads and signs. */
export function makePki(): OpensslPki {
  const kind = 'rsa-2048'
  const address = 'alice@example.com'
  return new OpensslPki([
    { name: 'alice', address, kind, keyUsage: 'keyEncipherment' },
    { name: 'alice-sign', address, kind, keyUsage: 'digitalSignature' },
  ])
}

/** A message of this size as a file, of text and a few attachments that do not compress. */
export async function makeLetter(pki: OpensslPki, name: Case, mebibytes: number): Promise<Letter> {
  const { sign, encrypt, form } = protectionOf(pki, name)
  const growth = encrypt === null ? GROWTH : GROWTH * GROWTH
  const each = Math.floor((mebibytes * MIB - 2 * ROOM) / growth / ATTACHMENTS)
  const attachments = Array.from({ length: ATTACHMENTS }, (_, index) => ({
    name: `scan-${String(index)}.bin`,
    mediaType: 'application/octet-stream',
    bytes: randomFillSync(new Uint8Array(each)),
  }))
  const text = 'A line of the letter, as people write them.\n'.repeat(50)
  const bytes = await seal(textDraft('alice@example.com', { text, attachments }), {
    sign,
    encrypt,
    form,
  })
  const file = join(pki.folder, 'letter.eml')
  writeFileSync(file, bytes)
  const contentKey = encrypt === null ? new Uint8Array() : await contentKeyOf(pki, bytes)
  return { file, bytes, contentKey, attachedBytes: ATTACHMENTS * each }
}

function protectionOf(pki: OpensslPki, name: Case): Protection {
  const signer = softwareSigner(pki.key('alice-sign'), 'sha-256', new Date())
  const to = [pki.key('alice').certificate]
  const cbc = { to, content: 'aes-256-cbc' } as const
  switch (name) {
    case 'encrypted CBC':
      return { sign: null, form: 'detached', encrypt: cbc }
    case 'encrypted GCM':
      return { sign: null, form: 'detached', encrypt: { to, content: 'aes-256-gcm' } }
    case 'clear-signed':
      return { sign: signer, form: 'detached', encrypt: null }
    case 'signed+encrypted':
      return { sign: signer, form: 'detached', encrypt: cbc }
  }
}

/** The key that the recipient's entry holds; opening goes no further. */
async function contentKeyOf(pki: OpensslPki, bytes: Bytes): Promise<Bytes> {
  const keys = [pki.key('alice')]
  const unwrap = softwareUnwrap(keys)
  let contentKey: Bytes = new Uint8Array()
  const stopping = open(bytes, {
    keys: readerKeys(keys),
    unwrap: async (request) => {
      contentKey = await unwrap(request)
      throw new PosternError('operation/cancelled', 'Only the key is wanted.')
    },
    anchors: [],
    at: new Date(),
  })
  await stopping.catch(() => undefined)
  return contentKey
}
