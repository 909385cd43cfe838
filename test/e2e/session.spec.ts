import { startServer } from '#test/support/server.ts'
import { expect, test } from './fixtures.ts'
import { field, openBySubject, rows, signIn, title, write } from './steps.ts'

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

  test('while an attachment is viewed closes the view, and lies over all that is left', async ({
    page,
    context,
    server,
  }) => {
    await page.goto(server.origin)
    await signIn(page, server, 'alice')
    await openBySubject(page, 'Site plan, data sheet and readings')
    await page.getByRole('button', { name: 'View site-plan.png' }).click()
    const preview = page.getByRole('dialog', { name: 'site-plan.png' })
    await expect(preview).toBeVisible()
    await context.clearCookies()
    const refused = page.waitForResponse((response) => response.status() === 401)
    await page.evaluate("new BroadcastChannel('postern-session').postMessage('changed')")
    await refused

    const cover = page.getByRole('dialog', { name: 'Your session has ended' })
    await expect(cover).toBeVisible()
    await expect(preview).toHaveCount(0)
    for (const key of ['Escape', 'Escape', '?']) await page.keyboard.press(key)
    await expect(page.getByRole('dialog')).toHaveCount(1)
    await expect(cover).toBeVisible()
    await page.getByLabel('Password').click() // nothing lies over it
    await signIn(page, server, 'alice')
    await expect(cover).toBeHidden()
    await expect(title(page)).toHaveText('Site plan, data sheet and readings')
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

test('A sign-out without the server empties every tab, and is finished before anything is shown again', async ({
  page,
  context,
  server,
}) => {
  await page.goto(server.origin)
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  await signIn(page, server, 'carol')
  const other = await context.newPage()
  await other.goto(server.origin)
  for (const tab of [page, other]) await expect(rows(tab).first()).toBeVisible()

  await context.setOffline(true)
  await page.getByRole('button', { name: 'Sign out' }).click()
  for (const tab of [page, other]) {
    await expect(tab.getByText('Signing out: waiting for a connection')).toBeVisible()
    await expect(rows(tab)).toHaveCount(0)
  }
  await context.setOffline(false)
  for (const tab of [page, other])
    await expect(tab.getByLabel('User name')).toBeVisible({ timeout: 30_000 })
  expect(await context.cookies()).toEqual([])
})

test('An unsaved draft is asked about once, before the session ends', async ({ page, server }) => {
  await page.goto(server.origin)
  await signIn(page, server, 'bob')
  await write(page, { to: 'alice@example.com', subject: 'Unsaved', text: 'Not yet.' })
  const asked: string[] = []
  let answer = false
  page.on('dialog', (dialog) => {
    asked.push(dialog.type())
    void (answer ? dialog.accept() : dialog.dismiss())
  })
  await page.goBack()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible()
  answer = true
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByLabel('User name')).toBeVisible()
  expect(asked).toEqual(['confirm', 'confirm'])
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

    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog', { name: 'Keyboard' })
    await expect(dialog).toBeVisible()
    await expect(warning).toContainText(/Signing out in 5\d s/)
    await warning.getByRole('button', { name: 'Stay signed in' }).click() // nothing lies over it
    await expect(warning).toBeHidden()
    await expect(dialog).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible()
  } finally {
    await server.remove()
  }
})
