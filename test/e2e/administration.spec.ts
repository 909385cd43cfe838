import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from './fixtures.ts'

test('An administrator looks through the audit, and at the key store', async ({ openAs }) => {
  const alice = await openAs('alice')
  await expect(alice.getByRole('link', { name: 'Admin' })).toHaveCount(0)

  const carol = await openAs('carol')
  await carol.getByRole('link', { name: 'Admin' }).click()
  await carol.getByRole('link', { name: 'Audit' }).click()
  await expect(carol.getByText('Signed in carol')).not.toHaveCount(0)
  await carol.getByLabel('User name').fill('alice')
  await carol.getByLabel('Action').fill('sign-in')
  await carol.getByRole('button', { name: 'Search' }).click()
  await expect(carol.getByText('Signed in alice')).not.toHaveCount(0)
  await expect(carol.getByText('Signed in carol')).toHaveCount(0)
  expect((await new AxeBuilder({ page: carol }).analyze()).violations).toEqual([])

  await carol.getByLabel('Outcome').selectOption('failed')
  await carol.getByRole('button', { name: 'Search' }).click()
  await expect(carol.getByText('Nothing like that is on record')).toBeVisible()

  await carol.getByRole('link', { name: 'Key store' }).click()
  await expect(carol.getByText('What it was seen to do')).toBeVisible()
  expect((await new AxeBuilder({ page: carol }).analyze()).violations).toEqual([])
  await carol.reload()
  await expect(carol.getByText('What it was seen to do')).toBeVisible()
})
