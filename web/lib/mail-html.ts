import DOMPurify, { type Config } from 'dompurify'
import { withoutAddresses } from './mail-css.ts'

/** Mail HTML that loads nothing from anywhere, and what was taken out of it. */
export type CleanHtml = {
  readonly html: string
  /** The words alone, for where the frame cannot be loaded. */
  readonly words: string
  /** Images that would have been fetched from the network. */
  readonly blockedImages: number
  readonly links: readonly MailLink[]
  /** Whether the mail sets no colours of its own, so that it may follow the theme. */
  readonly plainColours: boolean
}

/** Where a link really leads. `claims` is another host that its text pretends to lead to, or null. */
export type MailLink = {
  readonly href: string
  readonly host: string
  readonly claims: string | null
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
    'background',
    'action',
    'formaction',
    'ping',
    'popover',
    'autofocus',
    'is',
  ],
  ALLOW_DATA_ATTR: false,
  ALLOWED_URI_REGEXP:
    /^(?:https?:|mailto:|tel:|cid:|data:image\/(?:png|jpe?g|gif|webp|avif|bmp);)/i,
  WHOLE_DOCUMENT: true, // keeps the <style> elements of the head
}

/**
 * Makes mail HTML fit for the frame.
 * @param images data: URLs of the message's own images by content id
 */
export function cleanMailHtml(dirty: string, images: ReadonlyMap<string, string>): CleanHtml {
  const root = DOMPurify.sanitize(dirty, { ...RULES, RETURN_DOM: true }) as HTMLElement // <html>
  const backgrounds = stripBackgrounds(dirty, root)
  const blockedImages = replaceImages(root, images) + backgrounds
  const links = [...root.querySelectorAll('a[href]')].flatMap(readyLink)
  const styles = [...root.querySelectorAll('style')].map((style) => style.outerHTML).join('')
  const body = root.querySelector('body')
  const words = (body ?? root).textContent
  const html = styles + bodyMarkup(body ?? root)
  return { html, words, blockedImages, links, plainColours: !/color|background/i.test(html) }
}

/** Strips addresses from styles, and counts them together with the old `background` attribute. */
function stripBackgrounds(dirty: string, root: Element): number {
  let count = dirty.match(/\sbackground\s*=\s*["']?https?:/gi)?.length ?? 0
  for (const style of root.querySelectorAll('style')) {
    const clean = withoutAddresses(style.textContent)
    style.textContent = clean.css
    count += clean.removed
  }
  for (const element of root.querySelectorAll<HTMLElement>('[style]')) {
    for (const name of [...element.style]) {
      if (!/url\(|image-set\(|src\(/i.test(element.style.getPropertyValue(name))) continue
      element.style.removeProperty(name)
      count += 1
    }
  }
  return count
}

function replaceImages(root: Element, images: ReadonlyMap<string, string>): number {
  let blocked = 0
  for (const image of root.querySelectorAll('img')) {
    const address = image.getAttribute('src') ?? ''
    if (address.startsWith('data:')) continue
    const own = address.startsWith('cid:') ? images.get(contentId(address)) : undefined
    if (own !== undefined) {
      image.setAttribute('src', own)
      continue
    }
    blocked += 1
    image.replaceWith(placeholder(image))
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

function placeholder(image: HTMLImageElement): HTMLElement {
  const stand = image.ownerDocument.createElement('span')
  const tiny = image.width > 0 && image.width <= 2 // a tracking pixel: nothing to stand in for
  stand.textContent = tiny ? '' : image.alt || '▢'
  return stand
}

function readyLink(link: Element): MailLink[] {
  link.setAttribute('target', '_blank')
  link.setAttribute('rel', 'noopener noreferrer')
  const href = link.getAttribute('href') ?? ''
  if (!URL.canParse(href)) return []
  const { hostname, protocol, pathname } = new URL(href)
  const host = protocol === 'mailto:' || protocol === 'tel:' ? pathname : hostname
  link.setAttribute('title', host)
  const claimed =
    /(?:^|[\s/@])((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?:[\s/:?]|$)/u.exec(link.textContent)?.[1] ?? null
  const claims =
    claimed !== null && !sameSite(claimed.toLowerCase(), host.toLowerCase()) ? claimed : null
  return [{ href, host, claims }]
}

function sameSite(claimed: string, host: string): boolean {
  return (
    host === claimed ||
    host.endsWith(`.${claimed}`) ||
    host.endsWith(`@${claimed}`) ||
    claimed === `www.${host}`
  )
}

/** The body's own attributes (colours, mostly) go on in a block of their own. */
function bodyMarkup(body: Element): string {
  const block = body.ownerDocument.createElement('div')
  for (const name of ['style', 'bgcolor', 'text', 'dir', 'class', 'lang']) {
    const value = body.getAttribute(name)
    if (value !== null) block.setAttribute(name, value)
  }
  block.append(...body.childNodes)
  return block.outerHTML
}
