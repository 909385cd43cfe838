import type { Letter } from '../letter.ts'

/** Letters between colleagues about everything else. */
export const OFFICE_LETTERS: readonly Letter[] = [
  {
    id: 'new-certificates',
    from: 'carol',
    to: ['alice', 'bob'],
    subject: 'Your new certificates are in place',
    daysAgo: 20,
    time: '08:30',
    text: `Dear colleagues,

since this morning everybody has two certificates: one for signing, one for reading encrypted mail.
The keys lie in the central key store, so you can put your card readers into the drawer.

There is nothing for you to install. If a message does not open, tell me when you received it and
from whom; please do not forward it.

Carol
Administration`,
    protection: { kind: 'signed', form: 'detached' },
    seen: true,
  },
  {
    id: 'maintenance-window',
    from: 'carol',
    to: ['alice', 'bob', 'carol'],
    subject: 'Mail and files are away on Saturday morning',
    daysAgo: 1,
    time: '09:02',
    text: `Dear all,

on Saturday between 7 and 9 in the morning I replace the storage of the file server. Mail and
shared folders cannot be reached in that time. Telephones work as usual.

What you send before seven is delivered. What you save after seven is not, so please don't.

Carol`,
    protection: { kind: 'none' },
  },
  {
    id: 'bank-details',
    from: 'bob',
    to: ['alice'],
    subject: 'New bank details of the surveyor',
    daysAgo: 10,
    time: '12:20',
    text: `Hello Alice,

the surveyor has changed banks. I rang him on the number in our own records, and he confirmed it.
New account: IBAN XX00 0000 0000 0000 0000 00, in the name of his office.

Please use it from the next invoice on.

Bob`,
    protection: { kind: 'encrypted', content: 'aes-256-gcm', signed: true, oaep: true },
  },
  {
    id: 'plant-network',
    from: 'carol',
    to: ['bob'],
    subject: 'Access to the plant network',
    daysAgo: 11,
    time: '15:15',
    text: `Hello Bob,

your access to the plant network is set up. The gateway is in the cabinet, on the lower rail. You
need the token from the safe and somebody with you on site; the door contact is switched off for
thirty minutes after the call.

The old access ends on the last day of the month.

Carol`,
    protection: { kind: 'encrypted', content: 'aes-256-cbc', signed: false },
    seen: true,
  },
  {
    id: 'new-colleague',
    from: 'alice',
    to: ['carol'],
    subject: 'Contract of the new colleague',
    daysAgo: 13,
    time: '10:40',
    text: `Hello Carol,

the contract is signed; she starts on 1 February, four days a week, in the planning team. Please
prepare a workplace beside Bob and an account. Her name is not to be mentioned before she has told
her present employer, which is next Monday.

Alice`,
    protection: { kind: 'encrypted', content: 'aes-256-cbc', signed: false },
    seen: true,
  },
  {
    id: 'firmware-signing',
    from: 'bob',
    to: ['carol'],
    subject: 'Signing of the controller firmware',
    daysAgo: 4,
    time: '16:47',
    text: `Hello Carol,

the maker of the controllers signs its firmware from version 3.2 on. Ours are at 2.9, so each of
them has to be updated by hand once: about twenty minutes, with the pumps stopped.

I would do it during your maintenance on Saturday. Is that all right?

Bob`,
    protection: { kind: 'encrypted', content: 'aes-256-gcm', signed: false },
  },
  {
    id: 'expense-rules',
    from: 'carol',
    to: ['alice'],
    subject: 'Expense rules from January',
    daysAgo: 14,
    time: '11:33',
    text: `Hello Alice,

here is the wording that we agreed on. Travel up to 300 needs no approval beforehand. Receipts are
handed in within thirty days, as a photograph or on paper. Hotels are booked by the office.

Please read it once more; on Monday it goes to everybody.

Carol`,
    protection: { kind: 'signed', form: 'opaque' },
  },
  {
    id: 'on-behalf',
    from: 'carol',
    to: ['alice', 'bob'],
    subject: 'Room plan for December',
    daysAgo: 6,
    time: '14:01',
    text: `Dear colleagues,

the large meeting room is being painted from the 7th to the 11th. Meetings of those days are in
the canteen, except Tuesday, when we may use the town's room at Riverside.

Carol (written by Bob, from his desk)`,
    protection: { kind: 'signed', form: 'detached', by: 'bob' },
  },
  {
    id: 'on-behalf-of-alice',
    from: 'alice',
    to: ['carol'],
    subject: 'Signature list for the fire drill',
    daysAgo: 6,
    time: '15:20',
    text: `Hello Carol,

everybody of the second floor was outside after four minutes. The list is on your desk.

Alice (sent from Bob's computer)`,
    protection: { kind: 'signed', form: 'detached', by: 'bob' },
  },
  {
    id: 'company-news',
    from: 'carol',
    to: ['alice', 'bob', 'carol'],
    subject: 'Company news, November',
    daysAgo: 15,
    time: '07:45',
    text: `Company news, November

Riverside: the foundation is poured. New in the team: three apprentices since September.
The canteen closes at two o'clock on Fridays.`,
    html: `<div style="max-width:600px;margin:auto;font-family:Georgia,serif">
<img src="http://images.example.com/news/banner-november.png" width="600" height="120" alt="Company news">
<h1 style="font-size:24px">Company news, November</h1>
<h2 style="font-size:18px">Riverside: the foundation is poured</h2>
<p>After two weeks of rain the contractor needed only three days. <a href="http://www.example.com/news/riverside">Read the whole story.</a></p>
<img src="http://images.example.com/news/foundation.jpg" width="280" height="180" alt="The foundation">
<h2 style="font-size:18px">Three apprentices</h2>
<p>They started in September and have been through every department by now.</p>
<h2 style="font-size:18px">Canteen</h2>
<p>On Fridays the canteen closes at two o'clock.</p>
<p style="font-size:12px;color:#666">You receive this letter because you work here.</p>
<img src="http://images.example.com/open.gif?letter=2011" width="1" height="1" alt="">
</div>`,
    protection: { kind: 'none' },
    seen: true,
  },
  {
    id: 'lunch',
    from: 'bob',
    to: ['alice'],
    subject: 'Lunch on Thursday?',
    daysAgo: 1,
    time: '10:11',
    text: `Hello Alice,

the apprentices cook on Thursday and need people who tell them the truth. Half past twelve?

Bob`,
    protection: { kind: 'none' },
  },
  {
    id: 'lunch-answer',
    from: 'alice',
    to: ['bob'],
    subject: 'Re: Lunch on Thursday?',
    daysAgo: 1,
    time: '10:36',
    text: `With pleasure. I come straight from the bank, so keep a seat for me.

Alice`,
    protection: { kind: 'none' },
  },
  {
    id: 'projector',
    from: 'alice',
    to: ['carol'],
    subject: 'Projector in room 3',
    daysAgo: 2,
    time: '08:48',
    text: `Hello Carol,

the projector in room 3 shows everything in green since yesterday. I have visitors on Tuesday;
could you have a look, or lend me the one from the canteen?

Alice`,
    protection: { kind: 'none' },
  },
]
