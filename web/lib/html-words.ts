const LONGEST = 1_000_000 // characters that are looked at: more words than anybody reads without their form

const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  amp: '&',
}

/** What is never shown, up to its end tag. */
const HIDDEN = /<(head|style|script|title|template)\b/y
const LINE_END = /<(?:br|\/p|\/div|\/h[1-6]|\/li|\/tr|\/table|hr)\b/y
const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,8}));/gi

/**
 * The words of an HTML text, roughly, without parsing it: for when it cannot be shown as it should. One pass: every
 * search either moves on past what it found or ends the work.
 */
export function wordsOfHtml(html: string): string {
  const text = html.slice(0, LONGEST)
  const lower = text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
  const words: string[] = []
  let at = 0
  for (;;) {
    const tag = lower.indexOf('<', at)
    const end = tag < 0 ? -1 : endOfTag(lower, tag)
    if (end < 0) break
    words.push(inOneLine(text.slice(at, tag), words))
    if (startsWith(LINE_END, lower, tag) !== null) words.push('\n')
    at = end
  }
  words.push(inOneLine(text.slice(at), words))
  return words.join('').replace(REFERENCE, decoded).trim()
}

/** Where the text goes on after the tag, comment or hidden element at `start`; -1 when no tag is closed any more. */
function endOfTag(lower: string, start: number): number {
  if (lower.startsWith('<!--', start)) return after('-->', lower, start + 4)
  const name = startsWith(HIDDEN, lower, start)
  if (name === null) return lower.indexOf('>', start) + 1 || -1
  return after('>', lower, after(`</${name}`, lower, start))
}

/** The position behind the next `mark`, or the end of the text. */
function after(mark: string, lower: string, from: number): number {
  const found = lower.indexOf(mark, from)
  return found < 0 ? lower.length : found + mark.length
}

/** What `pattern` captures at exactly this place, `''` when it captures nothing, null when it is not there. */
function startsWith(pattern: RegExp, lower: string, at: number): string | null {
  pattern.lastIndex = at
  const match = pattern.exec(lower)
  return match === null ? null : (match[1] ?? '')
}

/** Spaces as one; none at the start of a line. */
function inOneLine(text: string, before: readonly string[]): string {
  const spaced = text.replace(/\s+/g, ' ')
  return before.at(-1) === '\n' ? spaced.trimStart() : spaced
}

function decoded(all: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return NAMED[name] ?? all
  const point = decimal === undefined ? parseInt(hexadecimal ?? '', 16) : Number(decimal)
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : all
}
