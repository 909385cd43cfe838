import { expect, test } from './fixtures.ts'
import { backToList, openBySubject, title, uidsOf, verdict } from './steps.ts'

/** What every message in Alice's inbox must say of itself. */
const EXPECTED: Readonly<Record<string, string>> = {
  'Lunch on Thursday?': 'Not signed, not encrypted',
  'Mail and files are away on Saturday morning': 'Not signed, not encrypted',
  'Your shipment is on its way': 'Not signed, not encrypted',
  'Riverside: measured flow, week 44': 'Signed, trusted and encrypted',
  'Inspection of the old station': 'Encrypted, not signed',
  'Besuch aus Zürich · visite du 3 décembre · 東京からの訪問': 'Not signed, not encrypted',
  'Room plan for December': 'Signed by somebody else',
  'Delivery dates for the valves': 'The signature is broken',
  'New bank details of the surveyor': 'Signed, trusted and encrypted',
  'Protected subject': 'Not for any of your keys',
  'Change to the pump specification': 'Encrypted, not signed',
  'Expense rules from January': 'Signed and trusted',
  'Company news, November': 'Not signed, not encrypted',
  'Our offer 2026-118': 'Signed, but not trusted',
  'Site plan, data sheet and readings': 'Not signed, not encrypted',
  'Your new certificates are in place': 'Signed and trusted',
}

test('Every demo message shows what it should', async ({ openAs }) => {
  const page = await openAs('alice')
  const seen: Record<string, string> = {}
  for (const uid of await uidsOf(page)) {
    await page.locator(`a[data-uid="${uid}"]`).click()
    await expect(verdict(page)).toBeVisible()
    const subject = (await title(page).textContent()) ?? ''
    seen[subject] = (await verdict(page).getByRole('paragraph').first().textContent()) ?? ''
    await backToList(page)
  }
  expect(seen).toMatchObject(EXPECTED)
})

test('A message for somebody else says whom it is for, and shows nothing', async ({ openAs }) => {
  const page = await openAs('alice')
  await openBySubject(page, 'Protected subject')
  await expect(verdict(page)).toContainText('encrypted for somebody else')
  await expect(verdict(page)).toContainText('It is for')
  await expect(page.getByRole('button', { name: /^Save / })).toHaveCount(1) // the file itself
})

test('“Why?” names the failed check of a changed message, the signer and the certificates', async ({
  openAs,
}) => {
  const page = await openAs('alice')
  await openBySubject(page, 'Delivery dates for the valves')
  await page.getByRole('button', { name: 'Why?' }).click()
  const why = page.getByRole('region', { name: 'Why this verdict' })
  await expect(why.getByRole('img', { name: 'Fails' }).first()).toBeVisible()
  await expect(why.getByText('bob@example.com').first()).toBeVisible()
  await why.getByRole('group').filter({ hasText: 'bob@example.com' }).locator('summary').click()
  const saved = page.waitForEvent('download')
  await why.getByRole('button', { name: 'Save certificate' }).first().click()
  expect((await saved).suggestedFilename()).toMatch(/\.cer$/)
})

test('Mail HTML is shown without fetching anything, and says how many images were blocked', async ({
  openAs,
  server,
}) => {
  const page = await openAs('alice')
  const foreign: string[] = []
  page.on('request', (request) => {
    if (!/^(?:data|blob|about):/.test(request.url()) && !request.url().startsWith(server.origin)) {
      foreign.push(request.url())
    }
  })
  await openBySubject(page, 'Company news, November')
  await expect(page.getByText('3 remote images blocked')).toBeVisible()
  const mail = page.frameLocator('iframe[title="Message text"]').frameLocator('iframe')
  await expect(mail.getByRole('heading', { name: 'Company news, November' })).toBeVisible()
  await expect(page.getByText('Links lead to: www.example.com')).toBeVisible()
  expect(foreign).toEqual([])
})

test('Attachments are viewed in the app and saved under their own name', async ({ openAs }) => {
  const page = await openAs('alice')
  await openBySubject(page, 'Site plan, data sheet and readings')
  await page.getByRole('button', { name: 'View site-plan.png' }).click()
  await expect(page.getByRole('dialog').getByRole('img', { name: 'site-plan.png' })).toBeVisible()
  const saved = page.waitForEvent('download')
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
  expect((await saved).suggestedFilename()).toBe('site-plan.png')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('A message is flagged, marked unread and moved to the archive', async ({ openAs }) => {
  const page = await openAs('bob')
  await openBySubject(page, 'Lunch on Thursday?').catch(() =>
    openBySubject(page, 'Re: Lunch on Thursday?'),
  )
  const subject = (await title(page).textContent()) ?? ''
  await page.getByRole('button', { name: 'Flag', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Remove flag' })).toBeVisible()
  await page.getByRole('button', { name: 'Archive', exact: true }).click()
  await expect(page.getByText('Archived')).toBeVisible()
  await page.getByRole('link', { name: 'Archive' }).click()
  await expect(page.getByRole('link', { name: subject })).toBeVisible()
})
