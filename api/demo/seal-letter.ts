import { randomUUID } from 'node:crypto'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import type { Draft } from '#shared/smime/draft.ts'
import { seal } from '#shared/smime/seal.ts'
import type { Certificate } from '#shared/x509/certificate.ts'
import type { Correspondent } from './correspondent.ts'
import { makeFile } from './files.ts'
import type { Letter, Protection } from './letter.ts'
import { ADDRESSES, type PersonName } from './people.ts'

export type Correspondents = ReadonlyMap<PersonName, Correspondent>

/** The letter as the message that travels. `date` is when it was written. */
export async function sealLetter(
  letter: Letter,
  date: Date,
  correspondents: Correspondents,
): Promise<Bytes> {
  const draft = draftOf(letter, date)
  const of = (name: PersonName): Correspondent => {
    const found = correspondents.get(name)
    if (found === undefined) throw new TypeError(`nobody is called ${name}`)
    return found
  }
  const { protection } = letter
  switch (protection.kind) {
    case 'none':
      return seal(draft, { sign: null, form: 'detached', encrypt: null })
    case 'signed': {
      const sign = of(protection.by ?? letter.from).signerAt(date)
      const message = await seal(draft, { sign, form: protection.form, encrypt: null })
      return changeAfterwards(message, protection)
    }
    case 'encrypted': {
      const { content, oaep = false } = protection
      const sign = protection.signed ? of(letter.from).signerAt(date) : null
      const to = readersOf(letter, protection).map((name): Certificate => of(name).encryption)
      return seal(draft, { sign, form: 'detached', encrypt: { to, content, oaep } })
    }
  }
}

function draftOf(letter: Letter, date: Date): Draft {
  return {
    from: ADDRESSES[letter.from],
    to: letter.to.map((name) => ADDRESSES[name]),
    cc: (letter.cc ?? []).map((name) => ADDRESSES[name]),
    bcc: [],
    subject: letter.subject,
    date,
    messageId: `<${randomUUID()}@example.com>`,
    text: letter.text.replace(/^(.{80,})\n(?=\S)/gm, '$1 '),
    ...(letter.html === undefined ? {} : { html: letter.html }),
    attachments: (letter.files ?? []).map(makeFile),
  }
}

function readersOf(
  { from, to, cc = [] }: Letter,
  { only }: Extract<Protection, { kind: 'encrypted' }>,
): readonly PersonName[] {
  return only ?? [...new Set([from, ...to, ...cc])]
}

/** What somebody on the way would do. Byte for byte, since the rest has to stay as it was signed. */
function changeAfterwards(
  message: Bytes,
  { changedAfterwards }: Extract<Protection, { kind: 'signed' }>,
): Bytes {
  if (changedAfterwards === undefined) return message
  const [before, after] = changedAfterwards
  const at = Buffer.from(message).indexOf(before, 0, 'latin1')
  if (at < 0) throw new TypeError(`"${before}" is not in the letter`)
  return concat(message.subarray(0, at), utf8(after), message.subarray(at + before.length))
}
