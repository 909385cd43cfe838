import DOMPurify, { type Config } from 'dompurify'
import type { FramedMail, FrameReport, MailLink } from '../lib/frame-protocol.ts'
import { cleanDeclarations, cleanSheet } from './mail-css.ts'

/** Mail HTML that loads nothing from anywhere, and what was taken out of it. */
export type CleanMail = FrameReport & {
  /** What belongs into the body of the inner frame. */
  readonly html: string
  /** Whether the mail sets no colours of its own, so that it may follow the theme. */
  readonly plain: boolean
}

// The second layer behind the sandboxed frame and its policy: no scripts, forms, drawings, frames or addresses to
// fetch. Only what mail needs to look as it was meant to.
const RULES: Config = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: [
    'form',
    'input',
    'button',
    'textarea',
    'select',
    'option',
    'dialog',
    'audio',
    'video',
    'source',
  ],
  FORBID_ATTR: [
    'srcset',
    'sizes',
    'poster',
    'action',
    'formaction',
    'ping',
    'popover',
    'autofocus',
    'is',
  ],
  ALLOW_DATA_ATTR: false,
  // The second half lets values pass that are no addresses: DOMPurify asks this of every attribute.
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|tel|cid):|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i,
  WHOLE_DOCUMENT: true, // keeps the <style> elements of the head
}

/** Makes mail HTML fit for the inner frame. */
export function cleanMail({ html, images }: Pick<FramedMail, 'html' | 'images'>): CleanMail {
  const root = DOMPurify.sanitize(html, { ...RULES, RETURN_DOM: true }) as HTMLElement // <html>
  const blockedImages = cleanStyles(root) + cleanBackgrounds(root) + replaceImages(root, images)
  const links = [...root.querySelectorAll('a[href], area[href]')].flatMap(readyLink)
  const styles = [...root.querySelectorAll('style')]
  for (const style of styles) style.remove()
  const clean = styles.map((style) => style.outerHTML).join('') + bodyMarkup(root)
  return { html: clean, blockedImages, links, plain: !/color|background/i.test(clean) }
}

function cleanStyles(root: Element): number {
  let removed = 0
  for (const style of root.querySelectorAll('style')) {
    const clean = cleanSheet(style.textContent)
    style.textContent = clean.css.replaceAll('<', '\\3c ') // no text of a sheet may end its element
    removed += clean.removed
  }
  for (const element of root.querySelectorAll('[style]')) {
    const clean = cleanDeclarations(element.getAttribute('style') ?? '')
    element.setAttribute('style', clean.css)
    removed += clean.removed
  }
  return removed
}

/** The attribute of old mail: `<td background="http://…">`. */
function cleanBackgrounds(root: Element): number {
  const old = [root, ...root.querySelectorAll('[background]')].filter((one) =>
    one.hasAttribute('background'),
  )
  for (const element of old) element.removeAttribute('background')
  return old.length
}

function replaceImages(root: Element, images: FramedMail['images']): number {
  let blocked = 0
  for (const image of root.querySelectorAll('img')) {
    const address = image.getAttribute('src') ?? ''
    if (address.startsWith('data:')) continue
    const own = address.startsWith('cid:') ? images.get(contentId(address)) : undefined
    if (own === undefined) {
      blocked += 1
      image.replaceWith(standIn(image))
    } else image.setAttribute('src', own)
  }
  return blocked
}

function contentId(address: string): string {
  const id = address.slice('cid:'.length)
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

/** What the image is called; nothing for a tracking pixel. */
function standIn(image: HTMLImageElement): HTMLElement {
  const words = document.createElement('span')
  const pixel = image.getAttribute('width') === '1' || image.getAttribute('height') === '1'
  words.textContent = pixel ? '' : `[${image.alt.trim() || 'image'}]`
  return words
}

function readyLink(link: Element): MailLink[] {
  const href = link.getAttribute('href') ?? ''
  if (!URL.canParse(href)) {
    link.removeAttribute('href') // relative to nothing
    return []
  }
  const { hostname, protocol, pathname } = new URL(href)
  const host = protocol === 'mailto:' || protocol === 'tel:' ? pathname : hostname
  link.setAttribute('target', '_blank')
  link.setAttribute('rel', 'noopener noreferrer')
  link.setAttribute('title', host)
  const claimed = /(?:^|[\s/@])((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?=[\s/:?]|$)/u.exec(
    link.textContent,
  )?.[1]
  const lies = claimed !== undefined && !isSameSite(claimed.toLowerCase(), host.toLowerCase())
  return [{ host, claims: lies ? claimed : null }]
}

function isSameSite(claimed: string, host: string): boolean {
  const bare = claimed.replace(/^www\./, '')
  return host === bare || host.endsWith(`.${bare}`) || host.endsWith(`@${bare}`)
}

/** The body's own attributes (colours, mostly) go on in a block of their own. */
function bodyMarkup(root: Element): string {
  const body = root.querySelector('body') ?? root
  const block = document.createElement('div')
  for (const name of ['style', 'bgcolor', 'text', 'dir', 'class', 'lang']) {
    const value = body.getAttribute(name)
    if (value !== null) block.setAttribute(name, value)
  }
  const colour = body.getAttribute('bgcolor')
  if (colour !== null) block.style.backgroundColor = colour
  block.append(...body.childNodes)
  return block.outerHTML
}
