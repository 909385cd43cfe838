import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import type { TestServer } from '#test/support/server.ts'
import { addVirtualAuthenticator } from '#test/support/virtual-authenticator.ts'
import { expect, test } from './fixtures.ts'
import { signIn } from './steps.ts'

/** Passkeys need a name, and the other tests use an address: what is enrolled here is in nobody's way. */
async function openByName(page: Page, server: TestServer): Promise<void> {
  await page.goto(`http://localhost:${String(server.port)}`)
}

async function openSecurity(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Security' }).click()
  await expect(page.getByRole('heading', { name: 'Security' })).toBeVisible()
}

/** Types a code that was never shown into the dialog that is open. Answers whether it was taken. */
async function typeCode(page: Page, server: TestServer, username: string): Promise<boolean> {
  const useApp = page.getByRole('button', { name: 'Use an authenticator app' })
  const field = page.getByLabel('One-time code')
  await expect(field.or(useApp).first()).toBeVisible()
  if (await useApp.isVisible()) await useApp.click()
  const code = await server.code(username)
  const answered = page.waitForResponse((answer) => answer.request().method() === 'POST')
  await field.fill(code)
  return (await answered).ok()
}

/** The same, until one is taken: a code may run out between being made and being sent. */
async function proveByCode(page: Page, server: TestServer, username: string): Promise<void> {
  for (let tries = 0; tries < 3; tries++) if (await typeCode(page, server, username)) return
  throw new Error(`no code of ${username} was taken`)
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))
}

test('A passkey is enrolled with a code, opens Postern instead of one, and is removed by itself', async ({
  page,
  server,
}) => {
  const device = await addVirtualAuthenticator(page)
  await openByName(page, server)
  await signIn(page, server, 'carol')
  await openSecurity(page)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByLabel('What you call it').fill('Test phone')
  await proveByCode(page, server, 'carol')
  await expect(page.getByText('Test phone can be used from now on.')).toBeVisible()

  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByLabel('User name').fill('carol')
  await page.getByLabel('Password').fill(server.login('carol').password)
  await page.getByRole('button', { name: 'Continue' }).click()
  await device.setUser(false)
  await page.getByRole('button', { name: 'Use your passkey' }).click()
  await expect(page.getByRole('alert')).toContainText('No passkey was shown')
  await device.setUser(true)
  await page.getByRole('button', { name: 'Use your passkey' }).click()
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible()

  await openSecurity(page)
  await page.getByRole('button', { name: 'Remove Test phone' }).click()
  await page.getByRole('button', { name: 'Use your passkey' }).click()
  await expect(page.getByText('Test phone no longer opens your account.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove Test phone' })).toHaveCount(0)
})

test('An app is added by a picture or by typing, and goes again; recovery codes are shown once', async ({
  page,
  server,
}) => {
  await openByName(page, server)
  await signIn(page, server, 'bob')
  await openSecurity(page)
  await page.getByRole('button', { name: 'Add an app' }).click()
  await page.getByLabel('What you call it').fill('Tablet')
  await proveByCode(page, server, 'bob')
  const dialog = page.getByRole('dialog', { name: 'Scan this with the app' })
  await expect(dialog.getByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible()
  await expect(dialog.getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/)).toBeVisible()
  expect(await violations(page)).toEqual([])
  await dialog.getByRole('button', { name: 'The app has it' }).click()
  await expect(page.getByText('not used yet')).toBeVisible()

  await page.getByRole('button', { name: 'Make new recovery codes' }).click()
  await proveByCode(page, server, 'bob')
  const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await expect(codes).toHaveCount(10)
  const code = (await codes.first().textContent()) ?? ''
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'I have put them away' }).click()
  await expect(page.getByText('10 left.')).toBeVisible()

  await page.getByRole('button', { name: 'Remove Tablet' }).click()
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(code)
  await page.getByRole('button', { name: 'Remove it' }).click()
  await expect(page.getByText('Tablet no longer opens your account.')).toBeVisible()
  await expect(page.getByText('9 left.')).toBeVisible()
})

test('Another device is signed out from here', async ({
  page,
  browser,
  contextOptions,
  server,
}) => {
  const context = await browser.newContext({ ...contextOptions, userAgent: 'Firefox/150 Android' })
  const other = await context.newPage()
  await openByName(other, server)
  await signIn(other, server, 'carol')
  await expect(other.getByRole('heading', { name: 'Inbox' })).toBeVisible()
  await openByName(page, server)
  await signIn(page, server, 'carol')
  await openSecurity(page)
  await expect(page.getByText('This device')).toBeVisible()
  const button = page.getByTitle('Sign out Firefox on Android')
  await button.click()
  await expect(button).toHaveCount(0)
  await other.reload()
  await expect(other.getByLabel('User name')).toBeVisible()
  await context.close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`The security page and its dialogs pass axe in the ${colorScheme} theme, and work by keys`, async ({
    page,
    server,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await openByName(page, server)
    await signIn(page, server, 'alice')
    await openSecurity(page)
    await expect(page.getByText('This device')).toBeVisible()
    expect(await violations(page)).toEqual([])
    for (const [button, title] of [
      ['Add a passkey', 'Add a passkey'],
      ['Add a hardware token', 'Add a hardware token'],
      ['Change the password', 'Change the password'],
      ['Remove Authenticator app', 'Remove Authenticator app?'],
    ] as const) {
      await page.getByRole('button', { name: button }).focus()
      await page.keyboard.press('Enter')
      await expect(page.getByRole('dialog', { name: title })).toBeVisible()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await expect(page.getByRole('button', { name: button })).toBeFocused()
    }
  })
}

test('A hardware token whose secret and codes do not belong together is refused, and so is a wrong password', async ({
  page,
  server,
}) => {
  await openByName(page, server)
  await signIn(page, server, 'alice')
  await openSecurity(page)
  await page.getByRole('button', { name: 'Add a hardware token' }).click()
  await page.getByLabel('Its secret').fill('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ')
  await page.getByLabel('First code').fill('755224')
  await page.getByLabel('Second code').fill('755224')
  await page.getByRole('button', { name: 'Continue' }).click()
  await typeCode(page, server, 'alice')
  await expect(page.getByRole('alert')).toContainText('do not belong together')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByLabel('Your present password').fill('not it')
  await page.getByLabel('The new one', { exact: true }).fill('a new password')
  await page.getByLabel('The new one again').fill('another password')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('The two are not the same.')).toBeVisible()
  await page.getByLabel('The new one again').fill('a new password')
  await page.getByRole('button', { name: 'Continue' }).click()
  await typeCode(page, server, 'alice')
  await expect(page.getByRole('alert')).toContainText('not your present password', {
    timeout: 20_000,
  })
})
