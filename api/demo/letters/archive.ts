import type { Letter } from '../letter.ts'

/** What has been dealt with. */
export const ARCHIVED_LETTERS: readonly Letter[] = [
  {
    id: 'holiday-cover',
    from: 'bob',
    to: ['alice', 'carol'],
    subject: 'Away in week 41',
    daysAgo: 47,
    time: '16:00',
    text: `Hello,

I am away in week 41. Urgent things of the plant go to the contractor's emergency number, which is
on the cabinet door; everything else waits for me.

Bob`,
    protection: { kind: 'none' },
    folder: 'archive',
    seen: true,
  },
  {
    id: 'survey-result',
    from: 'alice',
    to: ['bob', 'carol'],
    subject: 'Result of the ground survey',
    daysAgo: 41,
    time: '11:11',
    text: `Dear both,

clay down to four metres, then gravel. The ground water stands at 5.20 metres. No further test is
needed, and the surveyor's invoice is below his estimate.

Alice`,
    protection: { kind: 'encrypted', content: 'aes-256-cbc', signed: true },
    folder: 'archive',
    seen: true,
  },
  {
    id: 'safe-key',
    from: 'carol',
    to: ['alice', 'bob'],
    subject: 'The second key of the safe',
    daysAgo: 33,
    time: '09:09',
    text: `Dear both,

the second key of the safe is with the notary from today on. The receipt is in the blue folder.

Carol`,
    protection: { kind: 'signed', form: 'detached' },
    folder: 'archive',
    seen: true,
  },
]
