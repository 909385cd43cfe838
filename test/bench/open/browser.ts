import { type Browser, chromium, type Page } from '@playwright/test'
import { base64 } from '#shared/base64.ts'
import type { OpensslPki } from '../../support/openssl-pki.ts'
import { ATTACHMENTS, type Case, type Letter } from './letters.ts'
import { longestTask } from './main-thread.ts'
import type { BenchPage, Keys, Opened, Phases } from './protocol.ts'
import { peakOf } from './renderer-memory.ts'
import type { Site } from './site.ts'

const SLOWEST_STEP = 60_000 // ms

/** A page of its own with one message in its memory. */
export type LetterPage = {
  /** Milliseconds until the text is readable and the attachments are listed, over the worker's boundary. */
  time(): Promise<number>
  phases(): Promise<Phases>
  /** Bytes above what was held when the message was in memory: the copy that the worker gets is among them. */
  peakMemory(): Promise<number>
  /** Milliseconds. */
  longestTask(): Promise<number>
  close(): Promise<void>
}

/** Debian's Chromium, without what it does by itself in the background. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--no-first-run'],
  })
}

/** Opens a page, and lets it fetch the message. */
export async function showLetter(
  browser: Browser,
  site: Site,
  pki: OpensslPki,
  name: Case,
  letter: Letter,
): Promise<LetterPage> {
  site.show(letter.bytes)
  const page = await browser.newPage()
  page.setDefaultTimeout(SLOWEST_STEP)
  await page.goto(site.origin)
  const keys: Keys = {
    recipient: base64(pki.key('alice').certificate.der),
    anchor: base64(pki.ca.der),
    contentKey: base64(letter.contentKey),
  }
  await page.evaluate(`bench.load(${JSON.stringify(keys)})`)
  const open = async (): Promise<number> => {
    const { time, opened } = await ask(page, 'open')
    check(opened, name, letter)
    return time
  }
  return {
    time: open,
    phases: () => ask(page, 'phases'),
    peakMemory: () => peakOf(browser, open),
    longestTask: () => longestTask(browser, page, open),
    close: () => page.close(),
  }
}

function ask<Name extends 'open' | 'phases'>(page: Page, name: Name): ReturnType<BenchPage[Name]> {
  return page.evaluate(`bench.${name}()`) as ReturnType<BenchPage[Name]>
}

/** A message that did not open is no figure. */
function check(opened: Opened, name: Case, letter: Letter): void {
  const sound =
    opened.encryption === (letter.contentKey.length > 0 ? 'decrypted' : 'none') &&
    opened.signature === (name.includes('signed') ? 'valid' : 'none') &&
    opened.attachments === ATTACHMENTS &&
    opened.attachedBytes === letter.attachedBytes &&
    opened.textLength > 0
  if (!sound) throw new Error(`${name} did not open: ${JSON.stringify(opened)}`)
}
