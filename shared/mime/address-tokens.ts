/**
 * A piece of an address field (RFC 5322 §3.2.2–3.2.5). `word` is a run without blanks, in which a quoted
 * local part stays whole; `group` is a group's name; `separator` is a comma or semicolon.
 */
export type AddressToken = {
  readonly kind: 'word' | 'quoted' | 'comment' | 'angle' | 'separator' | 'group'
  readonly text: string
}

/** The pieces of an undecoded address field, left to right. Never throws: what is left open ends at the end. */
export function* tokenizeAddresses(value: string): Generator<AddressToken> {
  let at = 0
  while (at < value.length) {
    const char = value.charAt(at)
    if (/\s/.test(char)) at++
    else if (char === '"' && !isLocalPart(value, at)) {
      const end = closing(value, at, '"')
      yield { kind: 'quoted', text: unquote(value.slice(at + 1, end)) }
      at = end + 1
    } else if (char === '(') {
      const end = commentEnd(value, at)
      yield { kind: 'comment', text: unquote(value.slice(at + 1, end)) }
      at = end + 1
    } else if (char === '<') {
      const end = closing(value, at, '>')
      yield { kind: 'angle', text: value.slice(at + 1, end) }
      at = end + 1
    } else if (char === ',' || char === ';') {
      yield { kind: 'separator', text: char }
      at++
    } else if (char === ':') {
      yield { kind: 'group', text: '' }
      at++
    } else {
      const end = wordEnd(value, at)
      yield { kind: 'word', text: value.slice(at, end) }
      at = end
    }
  }
}

/** Whether the quoted string at `at` is followed by `@`: then it is a local part, not a name. */
function isLocalPart(value: string, at: number): boolean {
  return value.charAt(closing(value, at, '"') + 1) === '@'
}

/** Index of the closing mark of what opens at `at`, or the end. A backslash guards the next character. */
function closing(value: string, at: number, mark: string): number {
  for (let end = at + 1; end < value.length; end++) {
    const char = value.charAt(end)
    if (char === '\\') end++
    else if (char === mark) return end
    else if (mark === '>' && char === '"') end = closing(value, end, '"')
  }
  return value.length
}

function commentEnd(value: string, at: number): number {
  let depth = 0
  for (let end = at; end < value.length; end++) {
    const char = value.charAt(end)
    if (char === '\\') end++
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return end
  }
  return value.length
}

function wordEnd(value: string, at: number): number {
  let end = value.charAt(at) === '"' ? closing(value, at, '"') + 1 : at
  while (end < value.length && !/[\s"(<,;:]/.test(value.charAt(end))) end++
  return Math.max(end, at + 1)
}

function unquote(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1')
}
