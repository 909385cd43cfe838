import { describe, expect, it } from 'vitest'
import { utf8 } from '../bytes.ts'
import { headerText, parseHeaders } from '../mime/headers.ts'
import { parseEntity } from '../mime/parse.ts'
import {
  readProtection,
  withLegacyHtml,
  withLegacyText,
  withoutLegacyHtml,
  withoutLegacyText,
} from './header-protection.ts'
import { findSender, showHeaders } from './shown-headers.ts'

const entity = (...lines: string[]) => parseEntity(utf8(lines.join('\r\n')))
const fields = (...lines: string[]) => parseHeaders(utf8([...lines, '', ''].join('\r\n')))

describe('readProtection', () => {
  it.each([
    ['hp="clear"', 'text/plain; hp="clear"'],
    ['hp="cipher"', 'text/plain; hp="cipher"'],
    ['the older parameter', 'text/plain; protected-headers="v1"'],
  ])('finds the fields under %s', (_name, type) => {
    const { headers } = readProtection(entity('Subject: inside', `Content-Type: ${type}`, '', 'x'))
    expect(headers && headerText(headers, 'subject')).toBe('inside')
  })

  it('unwraps a whole message, but not one that is attached', () => {
    const message = ['From: alice@example.com', 'Subject: inside', '', 'text']
    const wrapped = readProtection(entity('Content-Type: message/rfc822', '', ...message))
    expect(wrapped.headers && headerText(wrapped.headers, 'subject')).toBe('inside')
    expect(new TextDecoder().decode(wrapped.content.body)).toBe('text')
    const attached = ['Content-Type: message/rfc822', 'Content-Disposition: attachment', '']
    expect(readProtection(entity(...attached, ...message)).headers).toBeNull()
  })

  it('takes no fields from a part that does not say that they are protected', () => {
    expect(readProtection(entity('Subject: inside', '', 'x')).headers).toBeNull()
  })
})

describe('legacy display', () => {
  it('is taken out of text and HTML', () => {
    expect(withoutLegacyText('Subject: x\n\nthe text\n\nmore')).toBe('the text\n\nmore')
    const html =
      '<body><div class="header-protection-legacy-display"><pre>Subject: x</pre></div><p>text</p></body>'
    expect(withoutLegacyHtml(html)).toBe('<body><p>text</p></body>')
    expect(withoutLegacyHtml('<p>text</p>')).toBe('<p>text</p>')
  })
})

describe('legacy display that we write', () => {
  const SUBJECT = 'Plan <b> & "more"'

  it.each(['<p>x</p>', '<html><head></head><BODY class="a"><p>x</p></BODY></html>', ''])(
    'is taken out of %j again',
    (html) => {
      const written = withLegacyHtml(html, SUBJECT)
      expect(written).toContain('Subject: Plan &lt;b> &amp; "more"')
      expect(withoutLegacyHtml(written)).toBe(html)
    },
  )

  it('stands before the text, and is taken out again', () => {
    const written = withLegacyText('\n\ntext', SUBJECT)
    expect(written.startsWith(`Subject: ${SUBJECT}\n\n`)).toBe(true)
    expect(withoutLegacyText(written)).toBe('\n\ntext')
  })
})

describe('showHeaders', () => {
  const outer = fields(
    'From: alice@example.com',
    'Subject: [...]',
    'Reply-To: eve@example.org',
    'Cc: carol@example.com',
  )

  it('lets a protected field win, and tells so of the subject', () => {
    const inner = fields(
      'From: Alice <ALICE@example.com>',
      'Subject: inside',
      'To: bob@example.com',
    )
    expect(showHeaders(outer, inner)).toMatchObject({
      from: [{ name: 'Alice', address: 'ALICE@example.com' }],
      to: [{ address: 'bob@example.com' }],
      cc: [],
      bcc: [],
      replyTo: [],
      subject: 'inside',
      subjectProtected: true,
    })
    expect(showHeaders(outer, null)).toMatchObject({ subject: '[...]', subjectProtected: false })
  })

  it('adds no recipient from outside to those inside, but takes all from there where none is inside', () => {
    const to = (inner: string) => showHeaders(fields('To: eve@example.org'), fields(inner)).to
    expect(to('From: alice@example.com')).toEqual([])
    expect(to('Cc: carol@example.com')).toEqual([])
    expect(to('Subject: inside')).toMatchObject([{ address: 'eve@example.org' }])
  })

  it('shows the outer sender where the protected one is another, and finds no sender to trust', () => {
    const inner = fields('From: boss@example.com')
    expect(showHeaders(outer, inner).from).toMatchObject([{ address: 'alice@example.com' }])
    expect(findSender(outer, inner)).toBeNull()
    expect(findSender(outer, fields('From: Alice@Example.com'))).toBe('alice@example.com')
  })
})
