import type { DraftFields } from '../../state/draft.ts'
import type { Recipient } from '../../state/recipients.svelte.ts'

/** One sentence about what will happen. A `problem` keeps the message from being sent as it is. */
export type Sentence = { readonly text: string; readonly problem: boolean }

type Found = { readonly address: string; readonly recipient: Recipient }

const list = new Intl.ListFormat('en', { type: 'conjunction' })

/** What sending will do to a draft, in words. */
export function protectionWords(fields: DraftFields, found: readonly Found[]): Sentence[] {
  const words = [
    fact(
      fields.sign
        ? 'It will be signed with your key, so that everybody can check that it is from you and unchanged.'
        : 'It will not be signed: nobody can check that it is from you.',
    ),
  ]
  if (fields.bcc.trim() !== '') {
    words.push(fact('Whoever stands in Bcc gets it without anybody else learning of it.'))
  }
  if (fields.mustEncrypt) words.push(fact('It comes from encrypted mail, so it stays encrypted.'))
  if (!fields.encrypt) {
    words.push(fact('It will not be encrypted: others may read it on its way.'))
    return words
  }
  return [...words, ...encryptionWords(found)]
}

function encryptionWords(found: readonly Found[]): Sentence[] {
  const of = (kind: Recipient['kind']) =>
    found.filter(({ recipient }) => recipient.kind === kind).map(({ address }) => address)
  const [known, without, failed] = [of('known'), of('no-certificate'), of('failed')]
  const looking = of('looking')
  const words = [fact(`It will be encrypted to ${list.format([...known, 'yourself'])}.`)]
  if (looking.length > 0)
    words.push(fact(`The directory is still being asked about ${list.format(looking)}.`))
  if (without.length > 0) {
    words.push(
      problem(
        `There is no certificate for ${list.format(without)}, so it cannot be encrypted to them.`,
      ),
    )
  }
  if (failed.length > 0)
    words.push(problem(`The directory could not be asked about ${list.format(failed)}.`))
  return words
}

function fact(text: string): Sentence {
  return { text, problem: false }
}

function problem(text: string): Sentence {
  return { text, problem: true }
}
