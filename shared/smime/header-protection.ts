import { type Headers, headerValue, parseHeaders } from '../mime/headers.ts'
import { decodedBody, type Entity, parseEntity } from '../mime/parse.ts'

/** What is left of a payload when header protection is undone. */
export type Payload = {
  /** The content itself, without a wrapper. */
  readonly content: Entity
  /** The fields that travelled inside the protection; null when none did. */
  readonly headers: Headers | null
  /** Whether the sender repeated hidden fields in the text for old readers (RFC 9788 §5.2.2). */
  readonly legacyDisplay: boolean
}

/**
 * Finds protected header fields in the innermost payload: `hp="clear"` and `hp="cipher"` (RFC 9788 §2.1.1), the
 * older `protected-headers="v1"`, and a whole message wrapped as message/rfc822 (RFC 8551 §3.1).
 */
export function readProtection(payload: Entity): Payload {
  const { value, parameters } = payload.contentType
  const hp = parameters.get('hp')
  if (hp === 'clear' || hp === 'cipher') {
    return { content: payload, headers: payload.headers, legacyDisplay: hp === 'cipher' }
  }
  if (parameters.get('protected-headers') === 'v1') {
    return { content: payload, headers: payload.headers, legacyDisplay: false }
  }
  if (value === 'message/rfc822' && payload.disposition.value !== 'attachment') {
    const body = decodedBody(payload)
    if (headerValue(parseHeaders(body), 'from') !== null) {
      const content = parseEntity(body)
      return { content, headers: content.headers, legacyDisplay: false }
    }
  }
  return { content: payload, headers: null, legacyDisplay: false }
}

const LEGACY_CLASS = 'header-protection-legacy-display'

/** Text without the copy of hidden fields at its start, up to the first empty line (RFC 9788 §5.2.2.1). */
export function withoutLegacyText(text: string): string {
  const end = text.indexOf('\n\n')
  return end < 0 ? text : text.slice(end + 2)
}

/** Text with the hidden subject repeated at its start, for readers who do not know of protected fields. */
export function withLegacyText(text: string, subject: string): string {
  return `Subject: ${subject}\n\n${text}`
}

/** The same of HTML, at the start of its body. */
export function withLegacyHtml(html: string, subject: string): string {
  const escaped = subject.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const element = `<div class="${LEGACY_CLASS}"><pre>Subject: ${escaped}</pre></div>`
  const start = /<body(?:\s[^>]*)?>/i.exec(html)
  const at = start === null ? 0 : start.index + start[0].length
  return html.slice(0, at) + element + html.slice(at)
}

/** HTML without the `div` that repeats hidden fields (RFC 9788 §5.2.2.2). */
export function withoutLegacyHtml(html: string): string {
  const mark = html.indexOf(LEGACY_CLASS)
  const start = mark < 0 ? -1 : html.toLowerCase().lastIndexOf('<div', mark)
  const end = start < 0 ? -1 : html.toLowerCase().indexOf('</div>', mark)
  return end < 0 ? html : html.slice(0, start) + html.slice(end + '</div>'.length)
}
