const SILENT = ['script', 'style', 'head', 'title'] // elements whose text is not shown
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
}

/** The text of an HTML body, roughly as shown: enough to compare with, in one pass, never to be rendered. */
export function htmlText(html: string): string {
  const lower = html.toLowerCase()
  let text = ''
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    if (open < 0) return text + decodeEntities(html.slice(at))
    text += decodeEntities(html.slice(at, open))
    const tag = /^<(!--|\/?[a-z][a-z0-9]*)/.exec(lower.slice(open, open + 20))?.[1]
    if (tag === undefined) {
      text += '<'
      at = open + 1
    } else {
      if (/^\/?(?:br|p|div|tr|li|h[1-6])$/.test(tag)) text += '\n'
      at = endOf(lower, open, tag)
    }
  }
  return text
}

function endOf(lower: string, open: number, tag: string): number {
  const closing = SILENT.includes(tag) ? `</${tag}` : tag === '!--' ? '-->' : '>'
  const found = lower.indexOf(closing, open + 1)
  if (found < 0) return lower.length
  if (closing === '>' || closing === '-->') return found + closing.length
  const end = lower.indexOf('>', found)
  return end < 0 ? lower.length : end + 1
}

function decodeEntities(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{1,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole
    const point =
      name[1]?.toLowerCase() === 'x' ? parseInt(name.slice(2), 16) : Number(name.slice(1))
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}
