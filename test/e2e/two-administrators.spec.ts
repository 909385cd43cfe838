import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Page } from '@playwright/test'
import { currentCode } from '#api/keys/auth/one-time-code.ts'
import { startServer, type TestServer } from '#test/support/server.ts'
import { expect, test } from './fixtures.ts'
import { signIn } from './steps.ts'

const LONGEST_FLOW = 180_000 // ms: codes of the demo's people come but twice a minute

type Open = () => Promise<Page>

async function enter(open: Open, server: TestServer, username: string): Promise<Page> {
  const page = await open()
  await page.goto(server.origin)
  await signIn(page, server, username)
  await page.getByRole('link', { name: 'Admin' }).click()
  return page
}

async function expectAccessible(page: Page): Promise<void> {
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
}

test('One administrator switches a key off, two switch it on, and somebody new begins', async ({
  browser,
  contextOptions,
}) => {
  test.setTimeout(LONGEST_FLOW)
  const contexts: BrowserContext[] = []
  const open: Open = async () => {
    const context = await browser.newContext(contextOptions)
    contexts.push(context)
    return context.newPage()
  }
  const server = await startServer() // of its own: people and keys change
  try {
    const carol = await enter(open, server, 'carol')
    await expectAccessible(carol)
    await carol.getByRole('link', { name: 'Keys' }).last().click()
    await carol.getByLabel('User name').fill('alice')
    await carol.getByRole('button', { name: 'Search' }).click()
    const key = carol.getByRole('region', { name: 'alice opens mail' })
    await key.getByRole('button', { name: 'Switch off' }).click()
    await carol.getByRole('dialog').getByRole('button', { name: 'Switch off now' }).click()
    await expect(key).toContainText('Switched off')
    await expectAccessible(carol)
    await key.getByRole('button', { name: 'Switch on' }).click()
    await carol.getByRole('dialog').getByRole('button', { name: 'Ask for it' }).click()
    await expect(carol.getByText('Another administrator has to confirm it')).toBeVisible()
    await expect(key).toContainText('Switched off')

    const bob = await enter(open, server, 'bob')
    await bob.getByRole('link', { name: 'Changes' }).click()
    const change = bob.getByRole('region', { name: 'Switch on a key of alice' })
    await expect(change).toContainText('administrator carol')
    await expectAccessible(bob)
    await change.getByRole('button', { name: 'Confirm' }).click()
    await bob.getByLabel('One-time code').fill(await server.code('bob'))
    await expect(change).toContainText('Done')
    await bob.getByRole('link', { name: 'Rules' }).click()
    await expect(bob.getByText('Changes by two administrators')).toBeVisible()
    const rules = bob.getByRole('region', { name: 'Signing in' })
    await rules.getByRole('button', { name: 'Change' }).click()
    await expectAccessible(bob)
    await bob.getByRole('switch', { name: 'Recovery codes may be used' }).click()
    await bob.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await expect(rules).toContainText('Recovery codes may be used No')

    await carol.getByRole('button', { name: 'Search' }).click()
    await expect(key).toContainText('In force')
    await key.getByRole('button', { name: 'History' }).click()
    await expect(carol.getByRole('dialog')).toContainText('Key switched on')
    await carol.keyboard.press('Escape')
    await begin(carol, open, server)
  } finally {
    for (const context of contexts) await context.close()
    await server.remove()
  }
})

/** Carol adds Dave, who begins with his code, and removes him again. */
async function begin(carol: Page, open: Open, server: TestServer): Promise<void> {
  await carol.getByRole('link', { name: 'People' }).click()
  await carol.getByRole('button', { name: 'Add somebody' }).click()
  const dialog = carol.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('Dave')
  await dialog.getByLabel('User name').fill('dave')
  await dialog.getByLabel('Mail address').fill('dave@example.com')
  await dialog.getByRole('button', { name: 'Add them' }).click()
  await expect(dialog).toContainText('A code to begin with')
  const code = (await dialog.locator('.mono').textContent()) ?? ''
  await dialog.getByRole('button', { name: 'I have handed it over' }).click()

  const dave = await open()
  await dave.goto(server.origin)
  await dave.getByRole('button', { name: 'I have a code to begin with' }).click()
  await expectAccessible(dave)
  await dave.getByLabel('User name').fill('dave')
  await dave.getByLabel('Code to begin with').fill(code)
  await dave.getByLabel('New password').fill('four words of mine')
  await dave.getByRole('button', { name: 'Continue' }).click()
  const seed = ((await dave.locator('.seed').textContent()) ?? '').replaceAll(' ', '')
  await dave.getByRole('button', { name: 'The app has it' }).click()
  await dave.getByLabel('User name').fill('dave')
  await dave.getByLabel('Password').fill('four words of mine')
  await dave.getByRole('button', { name: 'Continue' }).click()
  await dave.getByLabel('One-time code').fill(await currentCode(seed, new Date()))
  await expect(dave.getByRole('heading', { name: 'Inbox is empty' })).toBeVisible()

  const person = carol.getByRole('region', { name: 'Dave' })
  await person.getByRole('button', { name: 'Remove' }).click()
  await carol.getByRole('dialog').getByRole('button', { name: 'Remove them' }).click()
  await expect(carol.getByRole('region', { name: 'Dave, removed' })).toBeVisible()
  await dave.getByRole('link', { name: 'Keys' }).click()
  await expect(dave.getByLabel('Password')).toBeVisible()
}
