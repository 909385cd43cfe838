import type { Letter } from '../letter.ts'

/** What each of the colleagues has begun to write; it lies with them alone. */
export const DRAFTS: readonly Letter[] = [
  {
    id: 'draft-alice',
    from: 'alice',
    to: ['dave'],
    subject: 'Re: Our offer 2026-118',
    daysAgo: 1,
    time: '16:20',
    text: `Dear Dave,

thank you for your offer. Before we decide I have two questions:

1. Does the price include the cable between cabinet and shaft?
2.`,
    protection: { kind: 'none' },
    folder: 'drafts',
  },
  {
    id: 'draft-bob',
    from: 'bob',
    to: ['alice'],
    subject: 'What can wait until spring',
    daysAgo: 2,
    time: '18:05',
    text: `Hello Alice,

from the list for the second phase these can wait: the fence, the lighting of the yard, the second
ventilator. Everything else has to be in the ground before`,
    protection: { kind: 'none' },
    folder: 'drafts',
  },
  {
    id: 'draft-carol',
    from: 'carol',
    to: ['alice', 'bob'],
    subject: 'After the maintenance',
    daysAgo: 1,
    time: '12:00',
    text: `Dear all,

the new storage is in place. If a folder is missing,`,
    protection: { kind: 'none' },
    folder: 'drafts',
  },
]
