import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { trustAnswer } from '#shared/contract/directory.ts'
import { openssl } from '#test/support/openssl.ts'
import { expect, test } from './fixtures.ts'
import { backToList, field, openBySubject, rows, verdict, write } from './steps.ts'

const SIGNERS = { alice: 'RSA', bob: 'ECDSA' } as const

for (const [user, kind] of Object.entries(SIGNERS)) {
  test(`OpenSSL accepts what ${user} signed in the browser (${kind})`, async ({ openAs }) => {
    const page = await openAs(user)
    const folder = mkdtempSync(join(tmpdir(), 'postern-signed-'))
    try {
      const text =
        'Signed here: grüße, and a line that is quite a bit longer than seventy-six columns.'
      await write(page, { to: 'carol@example.com', subject: 'Übergabe', text })
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Save as file' }).click()
      await (await saved).saveAs(join(folder, 'signed.eml'))
      const trust = await anchors(page)
      writeFileSync(join(folder, 'ca.pem'), trust.map(pem).join(''))
      const content = openssl(folder, ['cms', '-verify', '-in', 'signed.eml', '-CAfile', 'ca.pem'])
      expect(new TextDecoder().decode(content)).toContain('Signed here')
      expect(readFileSync(join(folder, 'signed.eml'), 'latin1')).toContain('multipart/signed')
      await page.getByRole('button', { name: 'Discard' }).click()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
}

/** The company's trust anchors, base64. */
async function anchors(page: Page): Promise<string[]> {
  const answer = await page.request.get(new URL('/api/v1/trust', page.url()).href)
  return trustAnswer
    .parse(await answer.json())
    .anchors.map((der) => Buffer.from(der).toString('base64'))
}

function pem(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

test('An encrypted draft says who cannot read it, is saved, gone on with, sent, and read by the other', async ({
  openAs,
}) => {
  const page = await openAs('alice')
  await write(page, {
    to: 'bob@example.com, nobody@example.org',
    subject: 'The figures',
    text: 'For your eyes only.',
  })
  await page.getByRole('switch', { name: 'Encrypt' }).click()
  await expect(page.getByText('no certificate for nobody@example.org')).toBeVisible()
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('alert')).toContainText('The message was not sent.')
  await expect(field(page, 'Text')).toHaveValue('For your eyes only.')

  await field(page, 'To').fill('bob@example.com')
  await expect(
    page.getByText('It will be encrypted to bob@example.com and yourself.'),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.getByText('Saved in Drafts')).toBeVisible()
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByText('Sent', { exact: true }).last()).toBeVisible()
  await expect(page.getByRole('heading', { name: 'New message' })).toBeHidden()

  const other = await openAs('bob')
  await openBySubject(other, 'The figures')
  await expect(verdict(other)).toContainText('Signed, trusted and encrypted')
  await expect(other.getByText('For your eyes only.')).toBeVisible()
  await other.getByRole('button', { name: 'Reply', exact: true }).click()
  await expect(other.getByRole('switch', { name: 'Encrypt' })).toBeDisabled()
  await expect(other.getByRole('switch', { name: 'Encrypt' })).toBeChecked()
  await expect(
    other.getByText('It comes from encrypted mail, so it stays encrypted.'),
  ).toBeVisible()
})

test('Who is in Bcc reads it, survives being saved, and is learnt of by nobody', async ({
  openAs,
}) => {
  const page = await openAs('alice')
  await write(page, { to: 'bob@example.com', subject: 'Between us', text: 'Carol reads along.' })
  await page.getByRole('button', { name: 'Cc, Bcc' }).click()
  await field(page, 'Bcc').fill('carol@example.com')
  await page.getByRole('switch', { name: 'Encrypt' }).click()
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.getByText('Saved in Drafts')).toBeVisible()
  await page.getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('link', { name: 'Drafts' }).click()
  await openBySubject(page, 'Between us')
  await page.getByRole('button', { name: 'Edit draft' }).click()
  await expect(field(page, 'Bcc')).toHaveValue('carol@example.com')
  const sends: { to: string[]; copy: string }[] = []
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    if (!pathname.endsWith('/mail/send')) return
    sends.push({ to: searchParams.getAll('to'), copy: request.postData() ?? '' })
  })
  await page.getByRole('button', { name: 'Send' }).click()
  await expect
    .poll(() => sends.map(({ to }) => to.join()))
    .toEqual(['carol@example.com', 'bob@example.com'])
  for (const { copy } of sends) {
    expect(copy).toContain('bob@example.com') // in To
    expect(copy).not.toContain('carol')
  }
  await expect(field(page, 'Text')).toBeHidden()

  for (const reader of ['carol', 'bob']) {
    const other = await openAs(reader)
    await openBySubject(other, 'Between us')
    await expect(verdict(other)).toContainText('Signed, trusted and encrypted')
    await expect(other.getByText('Carol reads along.')).toBeVisible()
  }
})

test('A saved draft is gone on with from the Drafts folder', async ({ openAs }) => {
  const page = await openAs('carol')
  await write(page, { to: 'bob@example.com', subject: 'To be continued', text: 'First half.' })
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.getByText('Saved in Drafts')).toBeVisible()
  await page.getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('link', { name: 'Drafts' }).click()
  await rows(page).filter({ hasText: 'To be continued' }).click()
  await page.getByRole('button', { name: 'Edit draft' }).click()
  await expect(field(page, 'Text')).toHaveValue(/First half\./)
  await field(page, 'Text').fill('Both halves.')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByText('Sent', { exact: true }).last()).toBeVisible()
  await backToList(page)
  await expect(rows(page).filter({ hasText: 'To be continued' })).toHaveCount(0)
})

test('A saved draft is not signed, though it will be when it is sent', async ({ openAs }) => {
  const page = await openAs('carol')
  await write(page, { to: 'bob@example.com', subject: 'Not said yet', text: 'I resign.' })
  await expect(page.getByRole('switch', { name: 'Sign' })).toBeChecked()
  let asked = 0
  await page.route('**/sign', async (route) => {
    asked++
    await route.continue()
  })
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.getByText('Saved in Drafts')).toBeVisible()
  expect(asked).toBe(0)
  await page.getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('link', { name: 'Drafts' }).click()
  await rows(page).filter({ hasText: 'Not said yet' }).click()
  await expect(verdict(page)).toContainText('Not signed')
  await page.getByRole('button', { name: 'Edit draft' }).click()
  await expect(page.getByRole('switch', { name: 'Sign' })).toBeChecked()
})

test('While a send waits nothing of the draft can be changed, until it is cancelled', async ({
  openAs,
}) => {
  const page = await openAs('carol')
  await write(page, { to: 'bob@example.com', subject: 'In the open', text: 'As it was.' })
  await page.route('**/mail/send?*', () => undefined) // never answered
  const posted = page.waitForRequest('**/mail/send?*')
  await page.getByRole('button', { name: 'Send' }).click()
  await posted
  const encrypt = page.getByRole('switch', { name: 'Encrypt', includeHidden: true })
  await expect(page.locator('[inert]').filter({ has: encrypt })).toHaveCount(1)
  await encrypt.click({ force: true })
  await expect(encrypt).not.toBeChecked()
  await expect(page.getByRole('button', { name: 'Discard' })).toBeHidden()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('alert')).toContainText('may have been sent all the same')
  await encrypt.click()
  await expect(encrypt).toBeChecked()
})
