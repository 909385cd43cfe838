import {
  explainEncryption,
  explainOuterSignature,
  explainSignature,
} from '#shared/smime/explain.ts'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import type { EncryptionVerdict, SignatureVerdict } from '#shared/smime/verdict.ts'
import type { IconName } from '../../components/icons.ts'
import type { Tone } from '../../components/tone.ts'

type Banner = { readonly tone: Tone; readonly icon: IconName; readonly title: string }

/** What is said above a message: one banner, and the state of the encryption beside it. */
export type VerdictWords = Banner & {
  readonly text: string
  /** About the encryption and about signatures that do not speak for the text. */
  readonly notes: readonly string[]
}

/** One verdict in plain words. Content that may not be shown comes first, then what the signature is worth. */
export function verdictWords({ encryption, signature, layers }: OpenedMessage): VerdictWords {
  const outer = layers.flatMap((layer) => explainOuterSignature(layer)?.plain ?? [])
  const closed = closedBanner(encryption)
  if (closed !== null) {
    return {
      ...closed,
      text: explainEncryption(encryption).plain,
      notes: [...advice(encryption), ...outer],
    }
  }
  return {
    ...signatureBanner(signature, encryption.kind === 'decrypted'),
    text: explainSignature(signature).plain,
    notes: [explainEncryption(encryption).plain, ...outer],
  }
}

/** The banner of a message whose content stays closed, else null. */
function closedBanner(encryption: EncryptionVerdict): Banner | null {
  switch (encryption.kind) {
    case 'no-key':
      return { tone: 'warn', icon: 'lock', title: 'Not for any of your keys' }
    case 'damaged':
      return { tone: 'bad', icon: 'damaged', title: 'Damaged' }
    case 'unsupported':
      return { tone: 'warn', icon: 'help', title: 'Cannot be read here' }
    case 'none':
    case 'decrypted':
      return null
  }
}

function signatureBanner(signature: SignatureVerdict, encrypted: boolean): Banner {
  switch (signature.kind) {
    case 'valid':
      return {
        tone: 'good',
        icon: 'seal',
        title: encrypted ? 'Signed, trusted and encrypted' : 'Signed and trusted',
      }
    case 'wrong-sender':
      return { tone: 'bad', icon: 'person', title: 'Signed by somebody else' }
    case 'untrusted':
      return { tone: 'warn', icon: 'warning', title: 'Signed, but not trusted' }
    case 'broken':
      return { tone: 'bad', icon: 'warning', title: 'The signature is broken' }
    case 'none':
      return encrypted
        ? { tone: 'calm', icon: 'lock', title: 'Encrypted, not signed' }
        : { tone: 'calm', icon: 'unlocked', title: 'Not signed, not encrypted' }
  }
}

/** What the reader can do about a message that stays closed. */
function advice(encryption: EncryptionVerdict): string[] {
  switch (encryption.kind) {
    case 'no-key': {
      const keys = encryption.recipients.map(({ identifier }) => identifier).join('; ')
      return [
        `It is for: ${keys || 'nobody named'}.`,
        'Ask the sender to encrypt it to your certificate.',
      ]
    }
    case 'unsupported':
      return ['Save it as a file and try another program, or ask the sender for another form.']
    case 'none':
    case 'decrypted':
    case 'damaged':
      return []
  }
}
