import { startServer } from '#test/support/server.ts'
import { expect, test } from './fixtures.ts'
import { field, openBySubject, signIn, title, write } from './steps.ts'

test.describe('a session that ends', () => {
  test('in the middle of reading covers the message, and gives it back after signing in', async ({
    page,
    context,
    server,
  }) => {
    await page.goto(server.origin)
    await signIn(page, server, 'alice')
    await openBySubject(page, 'Riverside: measured flow, week 44')
    await context.clearCookies()
    await page.getByRole('button', { name: 'Flag', exact: true }).click()

    await expect(page.getByRole('dialog', { name: 'Your session has ended' })).toBeVisible()
    await expect(page.getByText('two per cent of what we promised')).toBeHidden()
    await expect(page.getByLabel('User name')).toHaveValue('alice')
    await signIn(page, server, 'alice')

    await expect(page.getByText('two per cent of what we promised')).toBeVisible()
    await expect(title(page)).toHaveText('Riverside: measured flow, week 44')
  })

  test('in the middle of writing keeps every word, and finishes what was begun', async ({
    page,
    context,
    server,
  }) => {
    await page.goto(server.origin)
    await signIn(page, server, 'bob')
    await write(page, { to: 'alice@example.com', subject: 'Half written', text: 'Do not lose me.' })
    await context.clearCookies()
    await page.getByRole('button', { name: 'Save draft' }).click()
    await expect(page.getByRole('dialog', { name: 'Your session has ended' })).toBeVisible()
    await signIn(page, server, 'bob')
    await expect(page.getByText('Saved in Drafts')).toBeVisible()
    await expect(field(page, 'Text')).toHaveValue('Do not lose me.')
  })

  test('for one user shows nothing of it to another', async ({ page, context, server }) => {
    await page.goto(server.origin)
    await signIn(page, server, 'alice')
    await openBySubject(page, 'Expense rules from January')
    await context.clearCookies()
    await page.getByRole('button', { name: 'Flag', exact: true }).click()
    await page.getByRole('button', { name: 'Sign in as someone else' }).click()
    await expect(page.getByRole('heading', { name: 'Postern' })).toBeVisible()
    await signIn(page, server, 'carol')
    await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible()
    await expect(page.getByText('Hotels are booked by the office')).toHaveCount(0)
  })
})

test('The last minute is counted down, and “Stay signed in” begins it anew', async ({ page }) => {
  const server = await startServer({ env: { POSTERN_IDLE_SECONDS: '62' } })
  try {
    await page.goto(server.origin)
    await signIn(page, server, 'alice')
    const warning = page.getByRole('alertdialog')
    await expect(warning).toContainText(/Signing out in 5\d s/)
    await warning.getByRole('button', { name: 'Stay signed in' }).click()
    await expect(warning).toBeHidden()
    await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible()
  } finally {
    await server.remove()
  }
})
