import { explainEncryption, explainLayer, explainSignature } from '#shared/smime/explain.ts'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import type { EncryptionVerdict, SignatureVerdict } from '#shared/smime/verdict.ts'
import type { IconName } from '../../components/icons.ts'
import type { Tone } from '../../components/tone.ts'
import { commonName } from '../../lib/common-name.ts'

type Banner = { readonly tone: Tone; readonly icon: IconName; readonly title: string }

type Note = { readonly icon: IconName; readonly text: string }

/** What is said above a message: one banner, and the state of the encryption beside it. */
export type VerdictWords = Banner & {
  readonly text: string
  /** About the encryption and about signatures that do not speak for the text. */
  readonly notes: readonly Note[]
}

/** One verdict in plain words. Content that may not be shown comes first, then what the signature is worth. */
export function verdictWords({ encryption, signature, layers }: OpenedMessage): VerdictWords {
  const outer = layers.flatMap((layer) => noteOf('info', explainLayer(layer)?.plain))
  const state = explainEncryption(encryption).plain
  const closed = closedBanner(encryption)
  if (closed !== null) {
    return { ...closed, text: state, notes: [...advice(encryption), ...outer] }
  }
  const open = encryption.kind === 'none'
  return {
    ...signatureBanner(signature, !open),
    text: explainSignature(signature).plain,
    notes: [...noteOf(open ? 'unlocked' : 'lock', state), ...outer],
  }
}

function noteOf(icon: IconName, text: string | undefined): Note[] {
  return text === undefined ? [] : [{ icon, text }]
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
    case 'unchecked':
      return { tone: 'warn', icon: 'help', title: 'The signature could not be checked' }
    case 'broken':
      return { tone: 'bad', icon: 'warning', title: 'The signature is broken' }
    case 'none':
      return encrypted
        ? { tone: 'calm', icon: 'lock', title: 'Encrypted, not signed' }
        : { tone: 'calm', icon: 'unlocked', title: 'Not signed, not encrypted' }
  }
}

/** Whom a closed message is for, and what the reader can do about it. */
function advice(encryption: EncryptionVerdict): Note[] {
  switch (encryption.kind) {
    case 'no-key': {
      const keys = encryption.recipients.map(({ identifier }) => keyWords(identifier))
      return [
        ...noteOf('person', `It is for ${keys.join(', and ') || 'nobody that it names'}.`),
        ...noteOf('info', 'Ask the sender to encrypt it to your certificate: it is under “Keys”.'),
      ]
    }
    case 'unsupported':
      return noteOf(
        'info',
        'Save it as a file for another program, or ask the sender for another form.',
      )
    case 'none':
    case 'decrypted':
    case 'damaged':
      return []
  }
}

/** A recipient's key: who issued its certificate, and the last digits of its number, which people can compare. */
function keyWords(identifier: string): string {
  const number = /[0-9a-f]+$/.exec(identifier)?.[0] ?? ''
  const issuer = commonName(
    identifier.slice(0, identifier.length - number.length).replace(/, $/, ''),
  )
  const short = number.length > 8 ? `…${number.slice(-8)}` : number
  return issuer === '' ? `the key ${short}` : `a key from “${issuer}” (number ${short})`
}
