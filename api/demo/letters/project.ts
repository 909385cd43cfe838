import type { Letter } from '../letter.ts'

/** Letters about the pumping station at Riverside, the company's present project. */
export const PROJECT_LETTERS: readonly Letter[] = [
  {
    id: 'measured-flow',
    from: 'bob',
    to: ['alice'],
    cc: ['carol'],
    subject: 'Riverside: measured flow, week 44',
    daysAgo: 3,
    time: '15:42',
    text: `Hello Alice,

attached are the readings of last week. The mean flow was 212 litres a second, which is within
two per cent of what we promised. On Wednesday the second pump was off for forty minutes; the
contractor was changing a seal and had told us beforehand.

Please keep the figures to yourselves until the town has approved the report. I expect that on
the 20th.

Regards
Bob`,
    files: ['flow-week-44.csv'],
    protection: { kind: 'encrypted', content: 'aes-256-gcm', signed: true },
  },
  {
    id: 'order-confirmed',
    from: 'alice',
    to: ['bob'],
    cc: ['carol'],
    subject: 'Order 4471 is confirmed',
    daysAgo: 6,
    time: '09:18',
    text: `Hello Bob,

I have confirmed order 4471: two motors, eighteen valves and the control cabinet, 48,250 net,
delivery in the second week of December. The supplier keeps the price until the end of the year.

The cabinet comes without the radio module, as you asked. If you change your mind, tell me by
Friday; after that it is a new order.

Alice`,
    protection: { kind: 'signed', form: 'detached' },
  },
  {
    id: 'pump-specification',
    from: 'bob',
    to: ['alice'],
    subject: 'Change to the pump specification',
    daysAgo: 12,
    time: '11:05',
    text: `Hello Alice,

the town wants the larger impeller after all. That means 5.5 kW in place of 4 kW for both motors,
and a heavier cable between the cabinet and the shaft (4 x 10 square millimetres, 38 metres).

I reckon with 3,900 more. Could you ask for a price without naming the project? There is one
other bidder, and they talk to the same supplier.

Bob`,
    protection: { kind: 'encrypted', content: 'aes-256-cbc', signed: false },
    seen: true,
  },
  {
    id: 'second-phase-budget',
    from: 'alice',
    to: ['bob', 'carol'],
    subject: 'Budget for the second phase',
    daysAgo: 5,
    time: '16:30',
    text: `Dear both,

the board has approved 310,000 for the second phase, 25,000 less than we asked for. The difference
has to come out of the building work, not out of the controls; that was their condition.

Bob, please send me your list of what can wait until spring. Carol, the licences are included, so
you can renew them now.

Nothing of this is public before the meeting on the 27th.

Alice`,
    protection: { kind: 'encrypted', content: 'aes-256-gcm', signed: true },
    flagged: true,
  },
  {
    id: 'site-meeting',
    from: 'alice',
    to: ['bob', 'carol'],
    subject: 'Minutes of the site meeting',
    daysAgo: 9,
    time: '13:50',
    text: `Present: the town's engineer, the contractor, Bob, myself.

1. The shaft is dry. The contractor pours the foundation from Monday on.
2. Access is by the north gate only, until the road is surfaced.
3. The noise measurement is repeated at night; Bob arranges it.
4. Open: who keeps the second key to the cabinet. The town answers by the end of the month.

Next meeting in two weeks, same place, 9 o'clock.`,
    protection: { kind: 'signed', form: 'opaque' },
    seen: true,
  },
  {
    id: 'valve-dates',
    from: 'bob',
    to: ['alice', 'carol'],
    subject: 'Delivery dates for the valves',
    daysAgo: 7,
    time: '10:27',
    text: `Hello,

the supplier has given us firm dates now. The first twelve valves arrive on 14 December, the
other six on 11 January. Please plan the crew accordingly; we pay for the crane by the day.

Bob`,
    protection: {
      kind: 'signed',
      form: 'detached',
      changedAfterwards: ['14 December', '18 December'],
    },
  },
  {
    id: 'payment-run',
    from: 'alice',
    to: ['bob'],
    subject: 'Payments of this week',
    daysAgo: 8,
    time: '14:12',
    text: `Hello Bob,

this week I pay the surveyor (2,140), the crane (960) and the second instalment of the contractor
(31,000). The crane's account number is the one we used in March.

If one of these should wait, tell me before noon tomorrow.

Alice`,
    protection: { kind: 'signed', form: 'detached', changedAfterwards: ['in March', 'in April'] },
  },
  {
    id: 'inspection-report',
    from: 'bob',
    to: ['alice'],
    subject: 'Inspection of the old station',
    daysAgo: 4,
    time: '08:55',
    text: `Inspection of the old station

Pump 1: bearing worn, replace within six months.
Pump 2: in order.
Cabinet: the door seal is brittle; moisture inside.
Shaft ladder: two rungs loose. Closed off until repaired.`,
    html: `<h2 style="color:#234">Inspection of the old station</h2>
<table style="border-collapse:collapse" cellpadding="6">
<tr style="background:#e8eef4"><th align="left">Part</th><th align="left">Finding</th><th align="left">To do</th></tr>
<tr><td>Pump 1</td><td>Bearing worn</td><td>Replace within six months</td></tr>
<tr><td>Pump 2</td><td>In order</td><td>None</td></tr>
<tr><td>Cabinet</td><td>Door seal brittle, moisture inside</td><td>New seal before the frost</td></tr>
<tr><td>Shaft ladder</td><td><strong>Two rungs loose</strong></td><td>Closed off until repaired</td></tr>
</table>
<p>The photographs follow when the light was better.</p>
<p>Bob</p>`,
    protection: { kind: 'encrypted', content: 'aes-256-gcm', signed: false },
  },
  {
    id: 'board-figures',
    from: 'alice',
    to: ['bob', 'carol'],
    subject: 'Figures for the board',
    daysAgo: 2,
    time: '17:08',
    text: `Figures for the board, third quarter

Income 412,000 (plan 405,000), costs 371,000 (plan 380,000). Riverside is 9,000 under its budget.`,
    html: `<h2>Figures for the board, third quarter</h2>
<table cellpadding="6" style="border:1px solid #ccc">
<tr><th align="left">&nbsp;</th><th align="right">Actual</th><th align="right">Plan</th></tr>
<tr><td>Income</td><td align="right">412,000</td><td align="right">405,000</td></tr>
<tr><td>Costs</td><td align="right">371,000</td><td align="right">380,000</td></tr>
<tr><td><b>Result</b></td><td align="right"><b>41,000</b></td><td align="right"><b>25,000</b></td></tr>
</table>
<p>Riverside is 9,000 under its budget. Comments by Thursday, please.</p>`,
    protection: { kind: 'encrypted', content: 'aes-256-cbc', signed: true },
  },
]
