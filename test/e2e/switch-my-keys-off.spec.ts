import { startServer } from '#test/support/server.ts'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from './fixtures.ts'
import { signIn, verdict } from './steps.ts'

test('Whoever lost a device switches their keys off, and the next message stays closed', async ({
  page,
}) => {
  const server = await startServer() // of its own: nobody here can switch them on again
  try {
    await page.goto(server.origin)
    await signIn(page, server, 'alice')
    await page.getByRole('link', { name: 'Keys' }).click()
    await page.getByRole('button', { name: 'Switch my keys off now' }).click()
    const dialog = page.getByRole('dialog', { name: 'Switch all your keys off?' })
    await expect(dialog).toBeVisible()
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    await expect(page.getByText('In force')).toHaveCount(2)

    await page.getByRole('button', { name: 'Switch my keys off now' }).click()
    await dialog.getByRole('button', { name: 'Switch off now' }).click()
    await expect(page.getByText('Switched off', { exact: true })).toHaveCount(2)
    await expect(page.getByRole('button', { name: 'Switch my keys off now' })).toHaveCount(0)

    await page.getByRole('link', { name: 'Mail' }).click()
    await page.locator('a[data-uid]').filter({ hasText: 'Protected subject' }).first().click()
    await expect(page.getByRole('alert')).toContainText('This key is switched off')
    await expect(verdict(page)).toBeHidden()
  } finally {
    await server.remove()
  }
})
