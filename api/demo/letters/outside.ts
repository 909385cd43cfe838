import type { Letter } from '../letter.ts'

/** Letters from Dave, a supplier: his authority is not one that the company trusts. */
export const OUTSIDE_LETTERS: readonly Letter[] = [
  {
    id: 'offer',
    from: 'dave',
    to: ['alice', 'bob', 'carol'],
    subject: 'Our offer 2026-118',
    daysAgo: 16,
    time: '09:25',
    text: `Dear Alice, dear colleagues,

thank you for your enquiry. Our offer 2026-118 is attached. The price includes delivery and two
days of commissioning; it holds until 31 December.

Yours sincerely
Dave`,
    files: ['offer.pdf'],
    protection: { kind: 'signed', form: 'detached' },
  },
  {
    id: 'drawings-for-dave',
    from: 'dave',
    to: ['alice', 'bob', 'carol'],
    subject: 'Drawings, revision C',
    daysAgo: 11,
    time: '17:55',
    text: `Dear colleagues,

revision C of the drawings, with the wider hatch.

Dave`,
    protection: { kind: 'encrypted', content: 'aes-256-gcm', signed: false, only: ['dave'] },
  },
  {
    id: 'shipment',
    from: 'dave',
    to: ['alice', 'bob', 'carol'],
    subject: 'Your shipment is on its way',
    daysAgo: 2,
    time: '06:30',
    text: `Your shipment is on its way

Order 4471, part 1 of 3: control cabinet, 1 pallet, 86 kg. Expected on Friday before noon.`,
    html: `<table width="560" cellpadding="12" style="font-family:Arial,sans-serif;border:1px solid #ddd">
<tr><td><img src="http://images.example.com/logo.png" width="140" height="40" alt="Example Controls"></td></tr>
<tr><td><h2 style="margin:0">Your shipment is on its way</h2>
<p>Order 4471, part 1 of 3: control cabinet, 1 pallet, 86 kg.</p>
<p>Expected on <b>Friday before noon</b>.</p>
<p><a href="http://track.example.com/s?order=4471" style="background:#0a6;color:#fff;padding:8px 16px;text-decoration:none">Follow the shipment</a></p></td></tr>
<tr><td style="background-image:url(http://images.example.com/footer.png);font-size:12px">Example Controls</td></tr>
</table><img src="http://images.example.com/pixel.gif?mail=4471-1" width="1" height="1" alt="">`,
    protection: { kind: 'none' },
  },
  {
    id: 'photographs',
    from: 'dave',
    to: ['alice', 'bob', 'carol'],
    subject: 'Site plan, data sheet and readings',
    daysAgo: 18,
    time: '13:37',
    text: `Dear colleagues,

as promised on the telephone: the site plan with the cable route, the offer once more as PDF, and
the readings in a form that you can open with any spreadsheet.

Best regards
Dave`,
    files: ['site-plan.png', 'offer.pdf', 'flow-week-44.csv'],
    protection: { kind: 'none' },
    seen: true,
  },
  {
    id: 'visit',
    from: 'dave',
    to: ['alice', 'bob', 'carol'],
    subject: 'Besuch aus Zürich · visite du 3 décembre · 東京からの訪問',
    daysAgo: 5,
    time: '07:20',
    text: `Dear colleagues,

on 3 December I come with visitors from Zürich, Genève and 東京. All of them speak English; a word in
their own language is welcome all the same: «grüezi», «bonjour», 「ようこそ」.

Could somebody meet us at the station at 9:40?

Dave`,
    protection: { kind: 'none' },
    flagged: true,
  },
]
