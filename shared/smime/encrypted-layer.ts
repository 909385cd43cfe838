import type { Bytes } from '../bytes.ts'
import { isWeak, objectName } from '../cms/algorithms.ts'
import { type AuthEnvelopedData, parseAuthEnvelopedData } from '../cms/auth-enveloped-data.ts'
import { identifies, identifierText } from '../cms/certificate-identifier.ts'
import { decryptContent } from '../cms/content-encryption.ts'
import type { ContentInfo } from '../cms/content-info.ts'
import { type EnvelopedData, parseEnvelopedData } from '../cms/enveloped-data.ts'
import type { RecipientInfo } from '../cms/recipient-info.ts'
import { toWireRecipient } from '../cms/wire-recipient.ts'
import { type ErrorCode, isPosternError, type PosternError } from '../errors.ts'
import type { BoundedReader } from './bounded-reader.ts'
import { type Inside, interpret } from './interpret.ts'
import type { ReaderKey } from './reader.ts'
import { sha256 } from './summarise.ts'
import type { EncryptionVerdict, RecipientName } from './verdict.ts'

/** What became of an encrypted layer; `inside` is null unless the verdict is `decrypted`. */
export type OpenedEnvelope = { readonly verdict: EncryptionVerdict; readonly inside: Inside | null }

type Envelope = EnvelopedData | AuthEnvelopedData
type CmsDigest = () => Promise<Bytes>
type Match = { readonly info: RecipientInfo; readonly key: ReaderKey }
type Attempt =
  | { readonly kind: 'opened'; readonly plaintext: Bytes }
  | { readonly kind: 'failed'; readonly verdict: EncryptionVerdict }
  | { readonly kind: 'stopped'; readonly error: PosternError }

const MAX_ATTEMPTS = 4 // on one layer: a message to all of one user's past keys stays below

/**
 * Opens EnvelopedData or AuthEnvelopedData with whichever of the reader's keys matches.
 * @param object the whole CMS object, for the audit's digest
 * @throws PosternError when the key service stopped us; never for a bad message
 */
export async function openEnvelope(
  { contentType, content }: ContentInfo,
  object: Bytes,
  reader: BoundedReader,
): Promise<OpenedEnvelope> {
  const parse = contentType === 'enveloped-data' ? parseEnvelopedData : parseAuthEnvelopedData
  const envelope = parsed(() => parse(content))
  if (envelope === null) return failed(damaged(null, 'the encrypted object cannot be read'))
  const matches = envelope.recipients.flatMap((info) => matchesOf(info, reader.keys))
  const recipients = envelope.recipients.map((info) => nameOf(info, reader.keys))
  if (matches.length === 0) {
    const contentAlgorithm = objectName(envelope.encryption.name)
    return failed({ kind: 'no-key', contentAlgorithm, recipients })
  }
  let digest: Promise<Bytes> | null = null
  const cmsDigest = () => (digest ??= sha256(object))
  return tryKeys(envelope, matches.slice(0, MAX_ATTEMPTS), recipients, cmsDigest, reader)
}

async function tryKeys(
  envelope: Envelope,
  matches: readonly Match[],
  recipients: readonly RecipientName[],
  cmsDigest: CmsDigest,
  reader: BoundedReader,
): Promise<OpenedEnvelope> {
  let worst: EncryptionVerdict | null = null
  let stopped: PosternError | null = null
  for (const [index, match] of matches.entries()) {
    if (!reader.unwraps.spend()) break
    const isLast = index === matches.length - 1
    const attempt = await tryKey(envelope, match, cmsDigest, reader, isLast)
    if (attempt.kind === 'opened')
      return opened(envelope, match.key.id, recipients, attempt.plaintext)
    if (attempt.kind === 'failed') worst ??= attempt.verdict
    else stopped ??= attempt.error
  }
  if (stopped !== null) throw stopped
  const name = objectName(envelope.encryption.name)
  return failed(worst ?? unsupported(name, 'more keys to try than one message may cost'))
}

async function tryKey(
  envelope: Envelope,
  { info, key }: Match,
  cmsDigest: CmsDigest,
  reader: BoundedReader,
  isLast: boolean,
): Promise<Attempt> {
  const { encryption } = envelope
  if (encryption.kind === 'unsupported') {
    return { kind: 'failed', verdict: unsupported(encryption.name, encryption.name) }
  }
  const contentAlgorithm = encryption.name
  try {
    const recipient = toWireRecipient(info, key.certificate)
    const contentKey = await reader.unwrap({
      keyId: key.id,
      recipient,
      contentAlgorithm,
      cmsDigest,
    })
    const spent = isLast && reader.owns(envelope.ciphertext)
    return { kind: 'opened', plaintext: await decryptContent(envelope, contentKey, spent) }
  } catch (error) {
    if (!isPosternError(error)) throw error
    return afterFailure(error, objectName(contentAlgorithm))
  }
}

const DAMAGED: readonly ErrorCode[] = ['content/damaged', 'cms/malformed']
const UNSUPPORTED: readonly ErrorCode[] = ['cms/unsupported', 'hsm/unsupported']
const REFUSED: readonly ErrorCode[] = [
  'key/disabled',
  'key/retired',
  'key/not-found',
  'key/wrong-purpose',
]

/** A bad message becomes a verdict; another key may still do where one is refused; the rest stops us. */
function afterFailure(error: PosternError, contentAlgorithm: string): Attempt {
  const { code, message } = error
  if (DAMAGED.includes(code)) return { kind: 'failed', verdict: damaged(contentAlgorithm, message) }
  if (UNSUPPORTED.includes(code)) {
    return { kind: 'failed', verdict: unsupported(contentAlgorithm, message) }
  }
  if (REFUSED.includes(code)) return { kind: 'stopped', error }
  throw error
}

/** Without authentication a wrong key shows only by what comes out: it must be MIME, or at least text. */
function opened(
  envelope: Envelope,
  keyId: string,
  recipients: readonly RecipientName[],
  plaintext: Bytes,
): OpenedEnvelope {
  const { encryption } = envelope
  if (encryption.kind === 'unsupported') throw new TypeError('decrypted an unsupported cipher')
  const inside = interpret(plaintext)
  const authenticated = envelope.kind === 'auth-enveloped'
  if (inside.kind === 'bytes' && !authenticated) {
    return failed(damaged(encryption.name, 'no message came out of the decryption'))
  }
  const verdict: EncryptionVerdict = {
    kind: 'decrypted',
    contentAlgorithm: objectName(encryption.name),
    keyId,
    integrity: authenticated ? 'authenticated' : 'none',
    weak: isWeak(encryption.name),
    recipients,
  }
  return { verdict, inside }
}

function matchesOf(info: RecipientInfo, keys: readonly ReaderKey[]): Match[] {
  if (info.kind === 'other') return []
  return keys
    .filter((key) => identifies(info.identifier, key.certificate))
    .map((key) => ({ info, key }))
}

function nameOf(info: RecipientInfo, keys: readonly ReaderKey[]): RecipientName {
  const keyId = matchesOf(info, keys)[0]?.key.id ?? null
  switch (info.kind) {
    case 'ktri':
      return { identifier: identifierText(info.identifier), kind: 'key transport', keyId }
    case 'kari':
      return { identifier: identifierText(info.identifier), kind: 'key agreement', keyId }
    case 'other':
      return { identifier: 'a password or shared key', kind: 'other', keyId }
  }
}

/** Null where the CMS parser refused. */
function parsed<T>(parse: () => T): T | null {
  try {
    return parse()
  } catch (error) {
    if (isPosternError(error) && error.code !== 'mime/limit') return null
    throw error
  }
}

function failed(verdict: EncryptionVerdict): OpenedEnvelope {
  return { verdict, inside: null }
}

function damaged(contentAlgorithm: string | null, reason: string): EncryptionVerdict {
  return { kind: 'damaged', contentAlgorithm, reason }
}

function unsupported(contentAlgorithm: string, what: string): EncryptionVerdict {
  return { kind: 'unsupported', contentAlgorithm, what }
}
