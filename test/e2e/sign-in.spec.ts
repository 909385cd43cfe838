import { expect, test } from './fixtures.ts'
import { signIn } from './steps.ts'

const RIGHT_AFTER = 1_000 // ms in which a countdown must have moved on

test('A wrong password and a wrong code are refused in words, and the right ones let the user in', async ({
  page,
  server,
}) => {
  await page.goto(server.origin)
  await page.getByLabel('User name').fill('carol')
  await page.getByLabel('Password').fill('not it')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('alert')).toContainText('do not belong together')

  await page.getByLabel('Password').fill(server.login('carol').password)
  await page.getByRole('button', { name: 'Continue' }).click()
  const code = page.getByLabel('One-time code')
  await expect(code).toHaveAttribute('autocomplete', 'one-time-code')
  await expect(code).toHaveAttribute('inputmode', 'numeric')
  await code.fill('000000')
  await expect(page.getByRole('alert')).toContainText('That code is not right')

  await code.fill(await server.code('carol'))
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible()
})

test('Too many wrong passwords lock the sign-in and count down', async ({ page, server }) => {
  await page.goto(server.origin)
  await page.getByLabel('User name').fill('mallory')
  const lock = page.getByText('Too many tries')
  for (let guess = 0; guess < 8 && !(await lock.isVisible()); guess++) {
    await page.getByLabel('Password').fill(`guess ${String(guess)}`)
    const answered = page.waitForResponse('**/session/password')
    await page.getByRole('button', { name: 'Continue' }).click()
    await answered
    await page.waitForTimeout(100)
  }
  await expect(lock).toBeVisible()
  await expect(page.getByRole('button', { name: 'Continue' })).toBeDisabled()
  const before = await page.getByText('You can try again in').textContent()
  await page.waitForTimeout(2 * RIGHT_AFTER)
  expect(await page.getByText('You can try again in').textContent()).not.toBe(before)
})

test('Signing out leaves nothing behind in the browser', async ({ page, context, server }) => {
  await page.goto(server.origin)
  await signIn(page, server, 'bob')
  await page.locator('a[data-uid]').first().click()
  await expect(page.getByRole('region', { name: 'Verdict' })).toBeVisible()
  await page
    .getByRole('button', { name: 'Back to the list' })
    .click({ timeout: 1000 })
    .catch(() => undefined)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByLabel('User name')).toBeVisible()
  expect(await context.cookies()).toEqual([])
  expect(await page.evaluate('indexedDB.databases()')).toEqual([])
  await page.goBack()
  await expect(page.getByLabel('User name')).toBeVisible()
})
