import { startServer } from '#test/support/server.ts'
import { expect, test } from './fixtures.ts'
import { backToList, rows, signIn, verdict, write } from './steps.ts'

test('A server that stops in the middle is waited for, and what was begun is finished', async ({
  page,
}) => {
  const first = await startServer()
  const { data, port } = first
  await page.goto(first.origin)
  await signIn(page, first, 'alice')
  await expect(rows(page).first()).toBeVisible()

  // Hold the token's answer back until the server is gone: it stops during an unwrap.
  let asked = false
  await page.route('**/unwrap', async (route) => {
    asked = true
    await first.kill()
    await route.abort('connectionrefused')
    await page.unroute('**/unwrap')
  })
  await rows(page).filter({ hasText: 'Protected subject' }).first().click()
  await expect(page.getByText('The server cannot be reached').first()).toBeVisible()
  expect(asked).toBe(true)

  const second = await startServer({ data, port })
  try {
    await expect(verdict(page)).toContainText('encrypted for you', { timeout: 30_000 })
    await expect(page.getByText('You are offline')).toBeHidden()
    await backToList(page)
    await write(page, { to: 'bob@example.com', subject: 'Out of reach', text: 'Still here.' })
  } finally {
    await second.remove()
  }

  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByText('goes on by itself as soon as it is back').first()).toBeVisible()
  const third = await startServer({ data, port })
  try {
    await expect(page.getByText('Sent', { exact: true }).last()).toBeVisible({ timeout: 30_000 })
  } finally {
    await third.remove()
    await first.remove()
  }
})

test('The app starts without the server, says that it is offline, and goes on when it is back', async ({
  page,
}) => {
  const first = await startServer()
  const { data, port, origin } = first
  await page.goto(origin)
  await expect(page.getByLabel('User name')).toBeVisible()
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  await first.kill()

  await page.reload()
  await expect(page.getByRole('heading', { name: 'You are offline' })).toBeVisible()

  const second = await startServer({ data, port })
  try {
    await expect(page.getByLabel('User name')).toBeVisible({ timeout: 30_000 })
  } finally {
    await second.remove()
    await first.remove()
  }
})

test('Signing out leaves the app able to start offline, with nothing of the user in it', async ({
  page,
}) => {
  const server = await startServer()
  try {
    await page.goto(server.origin)
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
    await signIn(page, server, 'alice')
    await rows(page).filter({ hasText: 'Protected subject' }).first().click()
    await expect(verdict(page)).toContainText('encrypted for you')
    await backToList(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page.getByLabel('User name')).toBeVisible()
    expect(await page.evaluate('indexedDB.databases()')).toEqual([])
    await server.kill()
    await page.reload()
    await expect(page.getByRole('heading', { name: 'You are offline' })).toBeVisible()
    await expect(page.getByText('Protected subject')).toHaveCount(0)
  } finally {
    await server.remove()
  }
})
