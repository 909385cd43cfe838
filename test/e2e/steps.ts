import { expect, type Locator, type Page } from '@playwright/test'
import type { TestServer } from '#test/support/server.ts'

const CODES = 3 // fewer than lock the sign-in

/** Fills in both steps of the sign-in form on the page. */
export async function signIn(page: Page, server: TestServer, username: string): Promise<void> {
  const name = page.getByLabel('User name')
  if (await name.isEditable()) await name.fill(username)
  await page.getByLabel('Password').fill(server.login(username).password)
  await page.getByRole('button', { name: 'Continue' }).click()
  // A code may have run out between being made and being sent: then the next one is right.
  for (let tries = 0; tries < CODES; tries++) {
    const code = await server.code(username) // may wait half a minute for the next one
    const answered = page.waitForResponse('**/session/factor')
    await page.getByLabel('One-time code').fill(code)
    if ((await answered).ok()) return
  }
  throw new Error(`no code of ${username} was taken`)
}

/** The rows of the message list, newest first. */
export function rows(page: Page): Locator {
  return page.locator('a[data-uid]')
}

/** Back to the list, where it is not on the screen anyway. */
export async function backToList(page: Page): Promise<void> {
  const back = page.getByRole('button', { name: 'Back to the list' })
  if (await back.isVisible()) await back.click()
}

/** The verdict above the open message. */
export function verdict(page: Page): Locator {
  return page.getByRole('region', { name: 'Verdict', exact: true })
}

/** The title of the open message. */
export function title(page: Page): Locator {
  return page
    .getByRole('region', { name: 'Message', exact: true })
    .getByRole('heading', { level: 1 })
}

/** Opens messages from the newest on until one with this subject is on the screen, protected subjects too. */
export async function openBySubject(page: Page, subject: string): Promise<void> {
  await backToList(page)
  const uids = await uidsOf(page)
  for (const uid of uids) {
    const row = page.locator(`a[data-uid="${uid}"]`)
    const listed = (await row.textContent()) ?? ''
    if (!listed.includes(subject) && !listed.includes('Protected subject')) continue
    await row.click()
    await expect(verdict(page)).toBeVisible()
    if ((await title(page).textContent()) === subject) return
    await backToList(page)
  }
  throw new Error(`no message has the subject “${subject}”`)
}

/** The ids of all listed messages, in the order of the list. */
export async function uidsOf(page: Page): Promise<string[]> {
  await expect(rows(page).first()).toBeAttached()
  const uids = await rows(page).evaluateAll((all) => all.map((row) => row.getAttribute('data-uid')))
  return uids.filter((uid) => uid !== null)
}

/** A field of the composer. */
export function field(page: Page, name: 'To' | 'Cc' | 'Bcc' | 'Subject' | 'Text'): Locator {
  return page.getByRole('textbox', { name, exact: true })
}

/** Begins a draft with these words. */
export async function write(
  page: Page,
  draft: { readonly to: string; readonly subject: string; readonly text: string },
): Promise<void> {
  await page.getByRole('button', { name: 'Compose' }).click()
  await field(page, 'To').fill(draft.to)
  await field(page, 'Subject').fill(draft.subject)
  await field(page, 'Text').fill(draft.text)
}
