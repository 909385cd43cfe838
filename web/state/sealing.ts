import type { Bytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import type { MailAddress } from '#shared/mime/address.ts'
import type { Draft } from '#shared/smime/draft.ts'
import type { Copy } from '#shared/smime/seal.ts'
import type { Engine } from '../engine/engine.ts'
import type { SealParams } from '../engine/protocol.ts'
import type { DraftFields } from './draft.ts'
import { answersFor } from './engine-answers.ts'
import { keyring, ownEncryptionCertificate, signingKey } from './keyring.svelte.ts'
import { type Obstacle, persist } from './persist.ts'
import { recipients } from './recipients.svelte.ts'

type Sealing = {
  readonly draft: Draft
  readonly fields: DraftFields
  /**
   * `keep`: a draft for the user's own mailbox. Nobody else can read it where it is to be encrypted, and it is
   * never signed: its author has not said it to anybody yet.
   */
  readonly purpose: 'keep' | 'send'
  readonly engine: Engine
  readonly patience: {
    readonly signal: AbortSignal
    readonly onWait: (obstacle: Obstacle | null) => void
  }
}

// Postern reads both. Nothing is known yet of what the recipients' programs read, and CBC is what all of them do.
const FOR_SELF = 'aes-256-gcm'
const FOR_OTHERS = 'aes-256-cbc'

/**
 * The whole message of a draft, signed (to be sent) and encrypted as its fields say: first the copy for To and Cc,
 * then one for each hidden reader where it is encrypted.
 * @throws PosternError `key/not-found` without a signing key, `seal/no-certificate` when somebody could not read it
 */
export async function sealFields({
  draft,
  fields,
  purpose,
  engine,
  patience,
}: Sealing): Promise<readonly Copy[]> {
  const ring = await persist(() => keyring.get(), patience)
  const signed = fields.sign && purpose === 'send'
  const sign = signed ? signingKey(ring) : null
  if (signed && sign === null) {
    throw new PosternError('key/not-found', 'You have no signing key in force.')
  }
  const own = ownEncryptionCertificate(ring)
  const secret = fields.encrypt || fields.mustEncrypt
  const encrypt = secret ? await encryption({ draft, own, purpose, patience }) : null
  const params: SealParams = {
    draft,
    sign: sign === null ? null : { id: sign.id, chain: sign.chain },
    encrypt,
    purpose,
  }
  const idle = () => undefined
  const page = answersFor({ ...patience, onAsk: idle, onAnswer: idle })
  return engine.run({ name: 'seal', params, page, signal: patience.signal })
}

async function encryption({
  draft,
  own,
  purpose,
  patience,
}: Pick<Sealing, 'draft' | 'purpose' | 'patience'> & { readonly own: Bytes | null }): Promise<
  SealParams['encrypt']
> {
  if (own === null) {
    throw new PosternError(
      'seal/no-certificate',
      'You have no encryption key in force, so you could not read it yourself.',
    )
  }
  if (purpose === 'keep') return { self: own, others: new Map(), content: FOR_SELF }
  const readers = [...draft.to, ...draft.cc, ...draft.bcc]
  const ask = async ({ address }: MailAddress): Promise<[string, Bytes]> => {
    const certificate = await recipients.ask(address, patience)
    if (certificate !== null) return [address, certificate]
    throw new PosternError('seal/no-certificate', `There is no certificate for ${address}.`)
  }
  const others = new Map(await Promise.all(readers.map(ask)))
  return { self: own, others, content: FOR_OTHERS }
}
