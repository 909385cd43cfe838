import { describe, expect, it } from 'vitest'
import { utf8 } from '../bytes.ts'
import { parseEntity } from '../mime/parse.ts'
import { readContent } from './content.ts'

const read = (...lines: string[]) => readContent(parseEntity(utf8(lines.join('\r\n'))))
const part = (type: string, body: string, ...fields: string[]) =>
  [`Content-Type: ${type}`, ...fields, '', body].join('\r\n')
const multipart = (subtype: string, boundary: string, ...parts: string[]) =>
  [
    `Content-Type: multipart/${subtype}; boundary=${boundary}`,
    '',
    ...parts.flatMap((each) => [`--${boundary}`, each]),
    `--${boundary}--`,
  ].join('\r\n')

const TEXT = part('text/plain; charset=utf-8', 'plain')
const HTML = part('text/html', '<p>html</p>')

describe('readContent', () => {
  it('takes the richest alternative, wherever it stands', () => {
    const html = [{ kind: 'html', html: '<p>html</p>' }]
    expect(read(multipart('alternative', 'a', TEXT, HTML)).body).toEqual(html)
    expect(read(multipart('alternative', 'a', HTML, TEXT)).body).toEqual(html)
    expect(read(multipart('alternative', 'a', TEXT)).body).toEqual([
      { kind: 'text', text: 'plain' },
    ])
  })

  it('weighs alternatives in one go, however many there are', () => {
    // Weighing the rich one anew against each other would parse 240,000 long fields: minutes.
    const long = `Content-Disposition: inline; filename="${'(x)'.repeat(10_000)}"`
    const rich = multipart('mixed', 'm', ...Array<string>(490).fill(part('text/html', 'x', long)))
    const content = read(multipart('alternative', 'a', rich, ...Array<string>(490).fill(TEXT)))
    expect(content.body).toHaveLength(490)
  })

  it('keeps an alternative that it cannot show as an attachment', () => {
    const content = read(
      multipart('alternative', 'a', TEXT, HTML, part('text/calendar', 'BEGIN:VCALENDAR')),
    )
    expect(content.body).toHaveLength(1)
    expect(content.attachments).toMatchObject([{ name: 'event.ics', mediaType: 'text/calendar' }])
  })

  it('gives the leaves of multipart/mixed in their order, each alone', () => {
    const content = read(multipart('mixed', 'm', HTML, TEXT, HTML))
    expect(content.body.map((leaf) => leaf.kind)).toEqual(['html', 'text', 'html'])
  })

  it('gives HTML with its images by content id', () => {
    const image = part(
      'image/png',
      'iVBORw==',
      'Content-ID: <logo@x>',
      'Content-Transfer-Encoding: base64',
    )
    const content = read(multipart('related', 'r', HTML, image))
    expect(content.body).toEqual([{ kind: 'html', html: '<p>html</p>' }])
    expect(content.attachments).toMatchObject([
      { name: 'attachment.png', contentId: 'logo@x', inline: true, size: 4 },
    ])
  })

  it.each([
    ['base64', 'aG\r\n k*=x\nabc', 'hi'],
    ['quoted-printable', 'a=41=\r\nb =ZZ=', 'aAb =ZZ'],
    ['8bit', 'as it is', 'as it is'],
  ])('decodes an attachment when it is asked for: %s', async (encoding, body, meant) => {
    const file = part('a/b', body, `Content-Transfer-Encoding: ${encoding}`)
    const { attachments } = read(multipart('mixed', 'm', file))
    const [first, second] = [await attachments[0]!.bytes(), await attachments[0]!.bytes()]
    expect(new TextDecoder().decode(first)).toBe(meant)
    expect(attachments[0]!.size).toBe(first.length)
    expect(second).toEqual(first)
    expect(second.buffer).not.toBe(first.buffer)
  })

  it('lists what is declared an attachment, even if it is text', () => {
    const file = part(
      'text/plain',
      'x',
      'Content-Disposition: attachment; filename="../evil\u202e.txt"',
    )
    const content = read(multipart('mixed', 'm', TEXT, file))
    expect(content.body).toHaveLength(1)
    expect(content.attachments).toMatchObject([{ name: 'evil.txt', inline: false }])
  })

  it('lists an S/MIME object below another part, under any name', () => {
    const objects = [
      part('application/pkcs7-mime; smime-type=enveloped-data', 'MIIB'),
      part('application/octet-stream; name=smime.p7m', 'MIIB'),
      part('text/plain; name=smime.p7m', 'MIIB'),
    ]
    const content = read(multipart('mixed', 'm', TEXT, ...objects))
    expect(content.body).toHaveLength(1)
    expect(content.attachments.map((each) => each.encryptedPart)).toEqual([true, true, true])
  })

  it('lists an attached message and shows its text under its own sender', () => {
    const message = [
      'From: Eve <eve@example.org>',
      'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
      HTML,
    ].join('\r\n')
    const content = read(multipart('mixed', 'm', TEXT, part('message/rfc822', message)))
    expect(content.body).toEqual([
      { kind: 'text', text: 'plain' },
      { kind: 'text', text: 'From: Eve <eve@example.org>\nSubject: Grüße' },
      { kind: 'html', html: '<p>html</p>' },
    ])
    expect(content.attachments).toMatchObject([{ name: 'message.eml' }])
  })

  it('stops showing messages in messages in messages', () => {
    let message = TEXT
    for (let depth = 0; depth < 15; depth++) message = part('message/rfc822', message)
    expect(read(message).attachments.length).toBeLessThanOrEqual(6)
  })

  it('decodes charsets, and guesses where none is named', () => {
    const latin = Uint8Array.from('Content-Type: text/plain\r\n\r\ncaf\u00e9', (char) =>
      char.charCodeAt(0),
    )
    expect(readContent(parseEntity(latin)).body).toEqual([{ kind: 'text', text: 'café' }])
    expect(read(part('text/plain; charset=no-such', 'café')).body).toEqual([
      { kind: 'text', text: 'café' },
    ])
    expect(
      read(
        part('text/plain; charset=koi8-r', '=C4=C1', 'Content-Transfer-Encoding: quoted-printable'),
      ).body,
    ).toEqual([{ kind: 'text', text: 'да' }])
  })

  it('shows a multipart without parts as the text that it is', () => {
    expect(read('Content-Type: multipart/mixed; boundary=x', '', 'no parts').body).toEqual([
      { kind: 'text', text: 'no parts' },
    ])
  })
})
