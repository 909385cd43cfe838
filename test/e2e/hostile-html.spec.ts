import { startListener } from './listener.ts'
import { expect, test } from './fixtures.ts'

// Everything here asks for the network, for scripts, or for trust that it has not earned.
const hostile = (tracker: string) => `From: eve@example.com
To: alice@example.com
Subject: Look at me
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><base href="${tracker}/"><meta http-equiv="refresh" content="0;url=${tracker}/r">
<link rel="stylesheet" href="${tracker}/s.css"><style>@import "${tracker}/i.css";
@font-face { font-family: x; src: url(${tracker}/f) } h1 { color: rgb(200, 0, 0); background: u\\72l(${tracker}/b) }</style></head>
<body background="${tracker}/body" onload="document.title='ran'">
<h1 style="list-style: url('${tracker}/l'); font-style: italic">Still readable</h1>
<img src="${tracker}/1.png" alt="first" onerror="document.title='ran'"><img srcset="${tracker}/2.png 1x">
<script>document.title='ran'</script><svg onload="document.title='ran'"><image href="${tracker}/3"/></svg>
<video src="${tracker}/v" autoplay></video><iframe src="${tracker}/4"></iframe><object data="${tracker}/5"></object>
<form action="${tracker}/post"><input name="password"><button>Sign in</button></form>
<a href="javascript:document.title='ran'">run</a> <a href="/api/v1/session">relative</a>
<a href="http://evil.invalid/login">www.bank.example</a></body></html>
`

test('Hostile HTML runs nothing, fetches nothing, and is caught lying', async ({ openAs }) => {
  const page = await openAs('alice')
  const tracker = await startListener()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Open a message file' }).click()
  await (
    await chooser
  ).setFiles({
    name: 'hostile.eml',
    mimeType: 'message/rfc822',
    buffer: Buffer.from(hostile(tracker.origin)),
  })

  const outer = page.frameLocator('iframe[title="Message text"]')
  const mail = outer.frameLocator('iframe')
  const heading = mail.getByRole('heading', { name: 'Still readable' })
  await expect(heading).toBeVisible()
  await expect(heading).toHaveCSS('color', 'rgb(200, 0, 0)')
  await expect(heading).toHaveCSS('font-style', 'italic')
  await expect(
    page.getByText('The text says “www.bank.example”, but the link leads to evil.invalid.'),
  ).toBeVisible()
  await expect(page.getByText(/\d remote images blocked/)).toBeVisible()
  await expect(
    mail.locator(
      'script, svg, form, input, button, video, iframe, object, link, meta[http-equiv=refresh]',
    ),
  ).toHaveCount(0)
  await expect(mail.locator('a[href^="javascript"], a[href^="/"]')).toHaveCount(0)
  await expect(page).not.toHaveTitle('ran')
  await page.waitForTimeout(500) // time for a request that should not come
  await fetch(`${tracker.origin}/control`) // it would have heard
  expect(tracker.heard).toEqual(['/control'])
  await tracker.stop()
})

test('The sandbox alone holds: scripts and requests stay out even when nothing was taken away', async ({
  openAs,
}) => {
  const page = await openAs('alice')
  const tracker = await startListener()
  const isolated = await page.evaluate(`(async () => {
    const frame = document.createElement('iframe')
    frame.setAttribute('sandbox', 'allow-scripts allow-popups allow-popups-to-escape-sandbox')
    frame.src = '/message-frame.html'
    document.body.append(frame)
    await new Promise((done) => frame.addEventListener('load', done, { once: true }))
    try { return frame.contentDocument === null } catch { return true }
  })()`)
  expect(isolated).toBe(true)
  const inner = page.frames().find((frame) => frame.url().endsWith('/message-frame.html'))
  await inner?.evaluate(`(() => {
    const raw = document.createElement('iframe')
    raw.setAttribute('sandbox', 'allow-popups')
    raw.srcdoc = ${JSON.stringify(hostile(tracker.origin))}
    document.body.append(raw)
    return fetch('${tracker.origin}/fetch').catch(() => undefined)
  })()`)
  await page.waitForTimeout(1_000)
  await expect(page).not.toHaveTitle('ran')
  await fetch(`${tracker.origin}/control`) // it would have heard
  expect(tracker.heard).toEqual(['/control'])
  await tracker.stop()
})
