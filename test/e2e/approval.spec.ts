import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { systemClock } from '#api/clock.ts'
import { closeRecords, openRecords } from '#api/keys/records.ts'
import { listKeys } from '#api/storage/keys.ts'
import { findUserByName } from '#api/storage/users.ts'
import type { KeyPolicy } from '#shared/contract/key-policy.ts'
import { setPolicy } from '#test/support/key-policy.ts'
import type { TestServer } from '#test/support/server.ts'
import { expect, test } from './fixtures.ts'
import { backToList, field, openBySubject, rows, verdict, write } from './steps.ts'

/** Gives alice's keys another policy while the server runs. */
async function decide(server: TestServer, change: Partial<KeyPolicy>): Promise<void> {
  const records = await openRecords(join(server.data, 'postern.db'), systemClock)
  try {
    const alice = await findUserByName(records.db, 'alice')
    const keys = alice === null ? [] : await listKeys(records.db, alice.id)
    expect(keys.length).toBeGreaterThan(1)
    for (const key of keys) await setPolicy({ records }, key, change)
  } finally {
    await closeRecords(records)
  }
}

async function confirm(page: Page, server: TestServer): Promise<void> {
  const code = await server.code('alice') // may wait half a minute for one that was not used
  const answered = page.waitForResponse('**/api/v1/approvals')
  await page.getByLabel('One-time code').fill(code)
  expect((await answered).status()).toBe(201)
}

test('A signature is confirmed with a code; who declines keeps the draft as it was', async ({
  openAs,
  server,
}) => {
  test.setTimeout(180_000) // two codes
  const page = await openAs('alice')
  await decide(server, { approval: 'each-use' })
  try {
    await write(page, { to: 'bob@example.com', subject: 'Approved', text: 'Only with my code.' })
    await page.getByRole('button', { name: 'Send' }).click()
    const dialog = page.getByRole('dialog', { name: 'Confirm your signature' })
    await expect(dialog.getByLabel('One-time code')).toBeFocused()
    const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze()
    expect(violations.map(({ id }) => id)).toEqual([])

    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await expect(page.getByText('The message was not sent.')).toBeVisible()
    await expect(field(page, 'Text')).toHaveValue('Only with my code.')

    await page.getByRole('button', { name: 'Send' }).click()
    await expect(dialog).toBeVisible()
    await dialog.getByLabel('One-time code').fill('000000')
    await expect(dialog.getByRole('alert')).not.toBeEmpty()
    await confirm(page, server)
    await expect(page.getByText('Sent', { exact: true }).first()).toBeVisible()
    await expect(dialog).toBeHidden()
  } finally {
    await decide(server, { approval: 'none' })
  }
})

test('One code opens messages for a while', async ({ openAs, server }) => {
  const page = await openAs('alice')
  await decide(server, { approval: 'period' })
  try {
    await backToList(page)
    const sealed = rows(page).filter({ hasText: 'Protected subject' })
    await sealed.first().click()
    const dialog = page.getByRole('dialog', { name: 'Confirm the use of your key' })
    await expect(dialog).toContainText('does not ask again for 5 minutes')
    await confirm(page, server)
    await expect(verdict(page)).toContainText('encrypted for you')
    await openBySubject(page, 'Change to the pump specification')
    await expect(dialog).toBeHidden()
  } finally {
    await decide(server, { approval: 'none' })
  }
})
