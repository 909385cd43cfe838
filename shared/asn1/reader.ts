/**
 * Bounded, index-based reader of DER and BER (X.690). Nothing is copied and no tree is built: an
 * `Element` is a range of the input, and a `Cursor` walks the elements of one range. Every failure is
 * a PosternError `asn1/malformed` or `asn1/limit`.
 */
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { type Header, malformed, readHeader, type Rules } from './header.ts'
import { MAX_DEPTH, MAX_ELEMENTS, MAX_INPUT_BYTES } from './limits.ts'
import { SEQUENCE, SET } from './tags.ts'

/** The input that elements point into, with the ends of indefinite lengths found so far. */
export type Source = {
  readonly bytes: Bytes
  readonly rules: Rules
  readonly ends: Map<number, End>
}

/** Where an element's content and the element itself end. */
type End = {
  readonly contentEnd: number
  readonly end: number
  /** False where the input ended before the end-of-contents octets did. */
  readonly closed: boolean
}

/** One tag-length-value as offsets into its source. */
export type Element = End & {
  readonly source: Source
  /** Identifier octet without the constructed bit; see `tags.ts`. */
  readonly tag: number
  readonly constructed: boolean
  readonly start: number
  readonly contentStart: number
  readonly depth: number
}

/** Walks the elements of one range in order. */
export class Cursor {
  readonly #source: Source
  readonly #end: number
  readonly #depth: number
  #at: number

  constructor(source: Source, at: number, end: number, depth: number) {
    if (depth > MAX_DEPTH) throw new PosternError('asn1/limit', 'nested too deep')
    this.#source = source
    this.#at = at
    this.#end = end
    this.#depth = depth
  }

  get atEnd(): boolean {
    return this.#at === this.#end
  }

  /** The tag of the next element, or null at the end. */
  peek(): number | null {
    if (this.atEnd) return null
    return readHeader(this.#source.bytes, this.#at, this.#end, this.#source.rules).tag
  }

  /** The next element; with `tag`, only of that tag. */
  next(tag?: number): Element {
    const header = readHeader(this.#source.bytes, this.#at, this.#end, this.#source.rules)
    if (tag === undefined ? header.tag === 0 : header.tag !== tag) {
      throw malformed(`tag 0x${header.tag.toString(16)} is not expected`, this.#at)
    }
    const element = {
      source: this.#source,
      tag: header.tag,
      constructed: header.constructed,
      start: this.#at,
      contentStart: header.contentStart,
      depth: this.#depth,
      ...endOf(this.#source, header, this.#end),
    }
    this.#at = element.end
    return element
  }

  /** The next element if it has this tag, else null. */
  nextIf(tag: number): Element | null {
    return this.peek() === tag ? this.next(tag) : null
  }

  /** A walk through the SEQUENCE that comes next. */
  sequence(): Cursor {
    return childrenOf(this.next(SEQUENCE))
  }

  /** A walk through the SET that comes next. */
  set(): Cursor {
    return childrenOf(this.next(SET))
  }

  /** All that is left, at most `max` elements. */
  rest(max: number): Element[] {
    const elements: Element[] = []
    while (!this.atEnd) {
      if (elements.length === max) throw new PosternError('asn1/limit', `more than ${max} elements`)
      elements.push(this.next())
    }
    return elements
  }

  /** Asserts that nothing is left. */
  end(): void {
    if (!this.atEnd) throw malformed('unexpected further element', this.#at)
  }
}

/** A walk over the elements of `bytes`. */
export function read(bytes: Bytes, rules: Rules): Cursor {
  if (bytes.length > MAX_INPUT_BYTES) throw new PosternError('asn1/limit', 'input too large')
  return new Cursor({ bytes, rules, ends: new Map() }, 0, bytes.length, 0)
}

/** The one element that `bytes` holds, without anything behind it. */
export function readWhole(bytes: Bytes, rules: Rules, tag?: number): Element {
  const cursor = read(bytes, rules)
  const element = cursor.next(tag)
  cursor.end()
  return element
}

/** A walk through a constructed element. */
export function childrenOf(element: Element): Cursor {
  if (!element.constructed) throw malformed('elements expected inside', element.start)
  return new Cursor(element.source, element.contentStart, element.contentEnd, element.depth + 1)
}

/** The content octets, as a view. */
export function contentOf(element: Element): Bytes {
  return element.source.bytes.subarray(element.contentStart, element.contentEnd)
}

/** The whole encoding with tag and length, as a view. */
export function encodedOf(element: Element): Bytes {
  return element.source.bytes.subarray(element.start, element.end)
}

function endOf(source: Source, header: Header, limit: number): End {
  const { contentStart, length } = header
  if (length === 'indefinite') {
    return source.ends.get(contentStart) ?? findIndefiniteEnd(source, contentStart, limit)
  }
  const end = contentStart + length
  return { contentEnd: end, end, closed: true }
}

/**
 * Scans for the end-of-contents octets of an indefinite length, noting the ends of those nested in it, so
 * that each byte range is scanned once. Where the whole input ends first, the open elements end with it,
 * marked as not closed: some writers leave the last end-of-contents octets out.
 */
function findIndefiniteEnd(source: Source, contentStart: number, limit: number): End {
  const open = [contentStart]
  let at = contentStart
  for (let seen = 0; open.length > 0; seen++) {
    if (seen > MAX_ELEMENTS) throw new PosternError('asn1/limit', 'too many elements')
    if (at === limit && limit === source.bytes.length) {
      closeAll(source, open, limit)
      break
    }
    const header = readHeader(source.bytes, at, limit, source.rules)
    if (header.length === 'indefinite') {
      if (open.length === MAX_DEPTH) throw new PosternError('asn1/limit', 'nested too deep')
      open.push(header.contentStart)
      at = header.contentStart
    } else if (header.tag === 0) {
      if (header.length !== 0 || header.constructed) throw malformed('bad end-of-contents', at)
      source.ends.set(open.pop() ?? 0, { contentEnd: at, end: at + 2, closed: true })
      at += 2
    } else {
      at = header.contentStart + header.length
    }
  }
  const found = source.ends.get(contentStart)
  if (found === undefined) throw malformed('indefinite length without end', contentStart)
  return found
}

function closeAll(source: Source, open: readonly number[], end: number): void {
  for (const start of open) source.ends.set(start, { contentEnd: end, end, closed: false })
}
