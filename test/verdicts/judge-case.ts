import { createHash } from 'node:crypto'
import { isPosternError } from '#shared/errors.ts'
import { open } from '#shared/smime/open.ts'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import { type Case, prepareCase } from './cases.ts'
import { htmlText } from './html-text.ts'

/** What Postern says about one case; null where the case gave nothing to say it of. */
export type CaseVerdict = {
  readonly id: string
  readonly encryption: string | null
  readonly contentAlgorithm: string | null
  readonly signature: string | null
  readonly reason: string | null
  /** The mail address of the first signer's certificate. */
  readonly signer: string | null
  /** Addresses of the shown sender, joined by commas. */
  readonly from: string | null
  readonly subject: string | null
  readonly textSha256: string | null
  readonly text: string | null
  /** A code of `shared/errors.ts` when something stopped us, or `unsupported format`. */
  readonly error: string | null
  readonly ms: number
}

const MESSAGE_FORMATS = ['eml', 'p7m-der', 'p7m-pem', 'p7s-detached']

/** Whether a case is a message, and not a file of vectors for something else. */
export function isMessage({ format }: Case): boolean {
  return MESSAGE_FORMATS.includes(format)
}

const NOTHING = {
  encryption: null,
  contentAlgorithm: null,
  signature: null,
  reason: null,
  signer: null,
  from: null,
  subject: null,
  textSha256: null,
  text: null,
} as const

/** The corpora have no word for what could not be checked: to them it is broken for the reason `unsupported`. */
const UNCHECKED = { signature: 'broken', reason: 'unsupported' } as const

/** Nor for what may have changed it. */
function reasonOf(signature: OpenedMessage['signature']): string | null {
  if (!('reason' in signature)) return null
  return signature.reason === 'changed-in-transit' ? 'content-changed' : signature.reason
}

/** Opens one case as the app would, with software keys. Never throws: what stops a case is its `error`. */
export async function judgeCase(path: string, one: Case): Promise<CaseVerdict> {
  const start = performance.now()
  const done = (): number => Math.round(performance.now() - start)
  if (!isMessage(one)) {
    return { id: one.id, ...NOTHING, error: 'unsupported format', ms: done() }
  }
  try {
    const { bytes, reader } = await prepareCase(path, one)
    return { id: one.id, ...describe(await open(bytes, reader)), error: null, ms: done() }
  } catch (error) {
    const code = isPosternError(error) ? error.code : 'internal'
    return { id: one.id, ...NOTHING, error: code, ms: done() }
  }
}

function describe(message: OpenedMessage): Omit<CaseVerdict, 'id' | 'error' | 'ms'> {
  const { encryption, signature, headers } = message
  const text = message.body
    .map((leaf) => (leaf.kind === 'html' ? htmlText(leaf.html) : leaf.text))
    .join('\n')
    .trim()
  const signers = 'signers' in signature ? signature.signers : []
  return {
    encryption: encryption.kind,
    contentAlgorithm: 'contentAlgorithm' in encryption ? encryption.contentAlgorithm : null,
    ...(signature.kind === 'unchecked'
      ? UNCHECKED
      : { signature: signature.kind, reason: reasonOf(signature) }),
    signer: signers[0]?.certificate?.addresses[0] ?? null,
    from: headers.from.map((mailbox) => mailbox.address).join(', '),
    subject: headers.subject,
    textSha256: createHash('sha256').update(text).digest('hex'),
    text,
  }
}
