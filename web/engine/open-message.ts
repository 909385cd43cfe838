import { sealingContext } from '#shared/contract/sealing.ts'
import { createSessionKey } from '#shared/hpke.ts'
import { open } from '#shared/smime/open.ts'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import type { UnwrapContentKey } from '#shared/smime/reader.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import type { KeyChain, OpenParams, PageMethods } from './protocol.ts'
import type { Peer } from './rpc.ts'

/** Made once per worker: content keys are sealed to it, and it is gone when the worker is. */
const sessionKey = createSessionKey()

/** Opens a message with the reader's keys; the page makes the calls to the token. */
export async function openMessage(
  { bytes, keys, anchors }: OpenParams,
  page: Peer<PageMethods>,
): Promise<OpenedMessage> {
  const reader = {
    keys: keys.map(readerKey),
    unwrap: unwrapThrough(page),
    anchors: anchors.map(parseCertificate),
    at: new Date(),
  }
  return open(bytes, reader, { given: true })
}

function readerKey({ id, chain: [own] }: KeyChain) {
  if (own === undefined) throw new TypeError('a key without a certificate')
  return { id, certificate: parseCertificate(own) }
}

function unwrapThrough(page: Peer<PageMethods>): UnwrapContentKey {
  return async (request) => {
    const own = await sessionKey
    const cmsDigest = await request.cmsDigest()
    const asked = { ...request, cmsDigest, sealTo: own.publicKey }
    const { session, answer } = await page.call('unwrap', asked)
    const { encryptedKey } = request.recipient
    const entryDigest = new Uint8Array(await crypto.subtle.digest('SHA-256', encryptedKey))
    const of = { session, key: request.keyId, entryDigest, operation: answer.operation }
    return own.open({ enc: answer.enc, sealed: answer.sealed, context: sealingContext(of) })
  }
}
