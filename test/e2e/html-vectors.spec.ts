import { type Browser, chromium, expect, type Frame, type Page, test } from '@playwright/test'
import { CONTROLS, readVectors, type Vector } from './html-vectors/corpus.ts'
import { type Layer, openVariant } from './html-vectors/variant.ts'
import { type Run, watchScripts } from './html-vectors/watch.ts'
import { startListener, type Listener } from './listener.ts'

const AT_ONCE = 60 // mails in one page
const GRACE = 400 // ms for a script that should not come
const LONGEST = 300_000 // ms; twenty seconds where nothing else runs
const ALIVE = '[href^="javascript" i], [href^="data" i], button, input, line, rect, area'

const vectors = readVectors()

/** What came of showing vectors: "vector: means" of each script that ran, and the addresses that were asked for. */
type Outcome = { readonly ran: string[]; readonly asked: string[] }

let listener: Listener
let browser: Browser

test.beforeAll(async ({ launchOptions }) => {
  listener = await startListener()
  // Chromium asks its maker for updates by itself; every other name in the world is the listener.
  const everywhere = `MAP *.googleapis.com ~NOTFOUND, MAP * ${new URL(listener.origin).host}, EXCLUDE 127.0.0.1`
  const args = [...(launchOptions.args ?? []), `--host-resolver-rules=${everywhere}`]
  browser = await chromium.launch({ ...launchOptions, args })
})

test.afterAll(async () => {
  await browser.close()
  await listener.stop()
})

test.beforeEach(({ viewport }) => {
  test.setTimeout(LONGEST)
  test.skip(viewport?.width !== 1280, 'nothing here depends on the size of the screen')
})

/** Shows every vector with these layers off, clicks what can be clicked, and tells what came of it. */
async function outcomeOf(shown: readonly Vector[], off: readonly Layer[]): Promise<Outcome> {
  const variant = await openVariant(off)
  const context = await browser.newContext()
  const runs = await watchScripts(context)
  const page = await context.newPage()
  context.on('page', (popup) => void popup.close())
  await page.goto(variant.origin)
  const outcome: Outcome = { ran: [], asked: [] }
  for (let first = 0; first < shown.length; first += AT_ONCE) {
    const batch = shown.slice(first, first + AT_ONCE)
    const before = listener.heard.length
    const mails = await show(page, batch)
    outcome.asked.push(...listener.heard.slice(before)) // what a click fetches, the reader asked for
    await Promise.all(mails.map(clickAll))
    await page.waitForTimeout(GRACE)
    outcome.ran.push(...(await Promise.all(runs.splice(0).map((run) => nameOf(run, batch)))))
    await page.evaluate('harness.clear()')
  }
  await context.close()
  variant.close()
  return outcome
}

/** The frames of the mails, each inside the app's own mail frame. */
async function show(page: Page, batch: readonly Vector[]): Promise<Frame[]> {
  await page.evaluate(`harness.show(${JSON.stringify(batch.map(({ html }) => html))})`)
  const inner = () =>
    page
      .mainFrame()
      .childFrames()
      .flatMap((frame) => frame.childFrames())
  await expect.poll(() => inner().length, { timeout: 60_000 }).toBe(batch.length)
  const mails = inner()
  await Promise.all(mails.map((mail) => mail.waitForLoadState('load')))
  await page.waitForTimeout(GRACE)
  return mails
}

async function clickAll(mail: Frame): Promise<void> {
  await mail.evaluate((alive) => {
    for (const one of document.querySelectorAll(alive)) one.dispatchEvent(new MouseEvent('click'))
  }, ALIVE)
}

async function nameOf({ means, message }: Run, batch: readonly Vector[]): Promise<string> {
  const id = await message
  return `${batch[Number(id.slice(1))]?.name ?? id}: ${means}`
}

test('The harness sees scripts of every kind run where both layers are off', async () => {
  const { ran } = await outcomeOf(CONTROLS, ['sanitiser', 'sandbox'])
  for (const { name } of CONTROLS) expect(ran.join()).toContain(`${name}: `)
})

for (const off of ['sanitiser', 'sandbox'] as const) {
  test(`No vector runs a script where the ${off} is off`, async () => {
    test.skip(vectors === null, 'the vectors are not on this machine')
    const shown = [...CONTROLS, ...(vectors ?? [])]
    const { ran, asked } = await outcomeOf(shown, [off])
    const counts = { off, vectors: shown.length, scriptsRun: ran.length, requests: asked.length }
    process.stdout.write(`${JSON.stringify(counts)}\n`)
    expect(ran).toEqual([])
    expect(asked).toEqual([])
  })
}
