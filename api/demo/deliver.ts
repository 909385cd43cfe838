import type { Bytes } from '#shared/bytes.ts'
import type { FolderName } from '#shared/contract/mail.ts'
import type { FindMailbox } from '../mail/local-mailboxes.ts'
import type { Correspondent } from './correspondent.ts'
import type { Letter } from './letter.ts'
import { ARCHIVED_LETTERS } from './letters/archive.ts'
import { DRAFTS } from './letters/drafts.ts'
import { OFFICE_LETTERS } from './letters/office.ts'
import { OUTSIDE_LETTERS } from './letters/outside.ts'
import { PROJECT_LETTERS } from './letters/project.ts'
import { COLLEAGUES, type PersonName } from './people.ts'
import { sealLetter } from './seal-letter.ts'

const DAY = 24 * 3600 * 1000

/** Every letter of the demo company. */
export const LETTERS: readonly Letter[] = [
  ...PROJECT_LETTERS,
  ...OFFICE_LETTERS,
  ...OUTSIDE_LETTERS,
  ...ARCHIVED_LETTERS,
  ...DRAFTS,
]

/** Seals all letters and files them, the oldest first, as if they had come one by one before `now`. */
export async function deliverLetters(
  correspondents: readonly Correspondent[],
  findMailbox: FindMailbox,
  now: Date,
): Promise<void> {
  const byName = new Map(correspondents.map((correspondent) => [correspondent.name, correspondent]))
  const dated = LETTERS.map((letter) => ({ letter, date: dateOf(letter, now) }))
  dated.sort((a, b) => a.date.getTime() - b.date.getTime())
  for (const { letter, date } of dated) {
    const message = await sealLetter(letter, date, byName)
    for (const { owner, folder, seen } of placesOf(letter)) {
      const mailbox = await findMailbox(owner)
      const flagged = folder === 'inbox' && letter.flagged === true
      await mailbox.append(folder, chunksOf(message), { flags: { seen, flagged } })
    }
  }
}

type Place = { readonly owner: PersonName; readonly folder: FolderName; readonly seen: boolean }

/** At each recipient who works here, and with the sender in Sent. A draft lies with its writer alone. */
function placesOf(letter: Letter): Place[] {
  const own = (folder: FolderName): Place => ({ owner: letter.from, folder, seen: true })
  if (letter.folder === 'drafts') return [own('drafts')]
  const recipients = [...letter.to, ...(letter.cc ?? [])]
  const received = recipients.map((owner): Place => ({
    owner,
    folder: letter.folder ?? 'inbox',
    seen: letter.seen === true,
  }))
  return [...received, own('sent')].filter(({ owner }) => worksHere(owner))
}

function worksHere(name: PersonName): boolean {
  return COLLEAGUES.some(({ username }) => username === name)
}

function dateOf({ daysAgo, time }: Letter, now: Date): Date {
  const day = new Date(now.getTime() - daysAgo * DAY).toISOString().slice(0, 10)
  return new Date(`${day}T${time}:00Z`)
}

async function* chunksOf(message: Bytes): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(message)
}
