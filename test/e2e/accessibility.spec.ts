import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { backToList, openBySubject, write } from './steps.ts'

const THEMES = ['light', 'dark'] as const

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .exclude('iframe') // the mail's own HTML is not ours to judge
    .analyze()
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))
}

for (const colorScheme of THEMES) {
  test(`Every main view passes axe in the ${colorScheme} theme`, async ({
    openAs,
    page,
    server,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.goto(server.origin)
    await expect(page.getByLabel('User name')).toBeVisible()
    expect(await violations(page)).toEqual([])

    const app = await openAs('alice')
    await app.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await violations(app)).toEqual([])

    for (const subject of ['Riverside: measured flow, week 44', 'Delivery dates for the valves']) {
      await openBySubject(app, subject)
      await app.getByRole('button', { name: 'Why?' }).click()
      expect(await violations(app)).toEqual([])
    }
    await openBySubject(app, 'Company news, November')
    expect(await violations(app)).toEqual([])

    await backToList(app)
    await write(app, { to: 'bob@example.com, x', subject: 'Axe', text: 'Sharp.' })
    await app.getByRole('switch', { name: 'Encrypt' }).click()
    await expect(app.getByText('It will be encrypted to bob@example.com')).toBeVisible()
    expect(await violations(app)).toEqual([])
    await app.getByRole('button', { name: 'Discard' }).click()

    await backToList(app)
    await app.getByRole('link', { name: 'Keys' }).click()
    await expect(app.getByText('Opens mail sent to you')).toBeVisible()
    expect(await violations(app)).toEqual([])
    await app.getByRole('link', { name: 'Activity' }).click()
    await expect(app.getByText('Signed in').first()).toBeVisible()
    expect(await violations(app)).toEqual([])
  })
}
