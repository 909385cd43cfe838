import { expect, test } from './fixtures.ts'

// Everything here asks for the network, for scripts, or for trust that it has not earned.
const HOSTILE = `From: eve@example.com
To: alice@example.com
Subject: Look at me
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><base href="http://tracker.invalid/"><meta http-equiv="refresh" content="0;url=http://tracker.invalid/r">
<link rel="stylesheet" href="http://tracker.invalid/s.css"><style>@import "http://tracker.invalid/i.css";
@font-face { font-family: x; src: url(http://tracker.invalid/f) } h1 { color: rgb(200, 0, 0); background: u\\72l(http://tracker.invalid/b) }</style></head>
<body background="http://tracker.invalid/body" onload="document.title='ran'">
<h1 style="list-style: url('http://tracker.invalid/l'); font-style: italic">Still readable</h1>
<img src="http://tracker.invalid/1.png" alt="first" onerror="document.title='ran'"><img srcset="http://tracker.invalid/2.png 1x">
<script>document.title='ran'</script><svg onload="document.title='ran'"><image href="http://tracker.invalid/3"/></svg>
<video src="http://tracker.invalid/v" autoplay></video><iframe src="http://tracker.invalid/4"></iframe><object data="http://tracker.invalid/5"></object>
<form action="http://tracker.invalid/post"><input name="password"><button>Sign in</button></form>
<a href="javascript:document.title='ran'">run</a> <a href="/api/v1/session">relative</a>
<a href="http://evil.invalid/login">www.bank.example</a></body></html>
`

function isForeign(url: string, origin: string): boolean {
  return /^https?:/.test(url) && !url.startsWith(origin)
}

test('Hostile HTML runs nothing, fetches nothing, and is caught lying', async ({
  openAs,
  server,
}) => {
  const page = await openAs('alice')
  const foreign: string[] = []
  page.on('request', (request) => {
    if (isForeign(request.url(), server.origin)) foreign.push(request.url())
  })
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Open a message file' }).click()
  await (
    await chooser
  ).setFiles({ name: 'hostile.eml', mimeType: 'message/rfc822', buffer: Buffer.from(HOSTILE) })

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
  expect(foreign).toEqual([])
})

test('The sandbox alone holds: scripts and requests stay out even when nothing was taken away', async ({
  openAs,
  server,
}) => {
  const page = await openAs('alice')
  const foreign: string[] = []
  page.on('request', (request) => {
    if (isForeign(request.url(), server.origin)) foreign.push(request.url())
  })
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
    raw.srcdoc = ${JSON.stringify(HOSTILE)} + '<img src="http://tracker.invalid/raw">'
    document.body.append(raw)
    return fetch('http://tracker.invalid/fetch').catch(() => undefined)
  })()`)
  await page.waitForTimeout(1_000)
  await expect(page).not.toHaveTitle('ran')
  expect(foreign).toEqual([])
})
