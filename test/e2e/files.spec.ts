import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestServer } from '#test/support/server.ts'
import { expect, test } from './fixtures.ts'
import { title, verdict } from './steps.ts'

/** A message of Alice's inbox as it lies on the server's disk. */
function messageFile(server: TestServer, mark: string): { path: string; text: string } {
  const folder = join(server.data, 'mail', 'alice', 'inbox')
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const text = readFileSync(path, 'latin1')
    if (name.endsWith('.eml') && text.includes(mark)) return { path, text }
  }
  throw new Error(`no message holds “${mark}”`)
}

test('A message file is opened from the picker', async ({ openAs, server }) => {
  const page = await openAs('alice')
  const { path } = messageFile(server, 'authEnveloped-data')
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Open a message file' }).click()
  await (await chooser).setFiles(path)
  await expect(verdict(page)).toContainText('encrypted for you')
})

test('A message file is opened by dropping it anywhere', async ({ openAs, server }) => {
  const page = await openAs('alice')
  const { text } = messageFile(server, 'Subject: Expense rules')
  const dropped = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer()
    const bytes = Uint8Array.from(atob(${JSON.stringify(Buffer.from(text, 'latin1').toString('base64'))}), (c) => c.charCodeAt(0))
    transfer.items.add(new File([bytes], 'rules.eml', { type: 'message/rfc822' }))
    return transfer
  })()`)
  await page.dispatchEvent('body', 'dragover', { dataTransfer: dropped })
  await page.dispatchEvent('body', 'drop', { dataTransfer: dropped })
  await expect(verdict(page)).toContainText('Signed and trusted')
  await expect(title(page)).toHaveText('Expense rules from January')
})

test('The raw text of a message is opened by pasting it', async ({ openAs }) => {
  const page = await openAs('alice')
  const text = 'From: dave@example.com\nSubject: Pasted\n\nStraight from the clipboard.\n'
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', ${JSON.stringify(text)})
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })()`)
  await expect(title(page)).toHaveText('Pasted')
  await expect(page.getByText('Straight from the clipboard.')).toBeVisible()
})

test('A file that is no message is described, not shown', async ({ openAs }) => {
  const page = await openAs('alice')
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Open a message file' }).click()
  await (await chooser).setFiles({ name: 'noise.p7m', mimeType: '', buffer: Buffer.alloc(4000, 7) })
  await expect(verdict(page).or(page.getByRole('alert')).first()).toBeVisible()
})
