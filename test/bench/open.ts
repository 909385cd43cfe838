/**
 * `npm run bench:open`: how fast Chromium opens messages with the content key at hand, beside `openssl cms`.
 * `-- --sizes 1,25 --runs 3 --cases GCM,clear` for a short run.
 */
import { parseArgs } from 'node:util'
import type { Browser } from '@playwright/test'
import type { OpensslPki } from '../support/openssl-pki.ts'
import { type Bar, emitFigure, emitMachine } from './emit.ts'
import { launchBrowser, type LetterPage, showLetter } from './open/browser.ts'
import { timeCommandLine } from './open/command-line.ts'
import { type Case, CASES, makeLetter, makePki } from './open/letters.ts'
import type { Phases } from './open/protocol.ts'
import { openSite, type Site } from './open/site.ts'

const BENCH = 'open'
const MIB = 2 ** 20
const BARRED_SIZE = 25 // MiB: the size that the bars on time are set for
const LARGEST_SIZE = 100 // MiB: the one for memory
const LONGEST_TASK = 50 // ms
const MOST_MEMORY = 2.5 // times the message
const MOST_GROWTH = 1.5 // of the time per MiB: twice the size may not take three times as long

/** The most time, as a share of what the command line takes. */
const MOST_TIME: Readonly<Record<Case, number>> = {
  'encrypted CBC': 1.2,
  'encrypted GCM': 1.2,
  'clear-signed': 0.5,
  'signed+encrypted': 0.6,
}

type Desk = { readonly browser: Browser; readonly site: Site; readonly pki: OpensslPki }

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1,10,25,50,100' },
    runs: { type: 'string', default: '5' },
    cases: { type: 'string', default: '' },
  },
})
const sizes = values.sizes.split(',').map(Number)
const cases = CASES.filter((name) => values.cases.split(',').some((part) => name.includes(part)))

/** Measures one message, and answers the milliseconds that it takes. */
async function measure({ browser, site, pki }: Desk, name: Case, size: number): Promise<number> {
  const letter = await makeLetter(pki, name, size)
  const page = await showLetter(browser, site, pki, name, letter)
  const emit = (metric: string, value: number, unit: string, most?: number): void =>
    emitFigure(BENCH, { case: `${name}, ${size} MiB`, metric, value, unit, ...barOf(most) })
  try {
    const memory = await page.peakMemory() // first, while nothing is left of other runs
    const times: number[] = []
    const theirs: number[] = []
    for (let run = 0; run < Number(values.runs); run++) {
      times.push(await page.time())
      theirs.push(timeCommandLine(pki.folder, name))
    }
    const most = size === BARRED_SIZE ? MOST_TIME[name] : undefined
    const time = median(times)
    emit('time until readable', time, 'ms')
    emit('openssl cms', median(theirs), 'ms')
    emit('share of openssl', time / median(theirs), '×', most)
    for (const [phase, value] of await medianPhases(page)) emit(phase, value, 'ms')
    const longest = await page.longestTask()
    emit('longest main-thread task', longest, 'ms', size === BARRED_SIZE ? LONGEST_TASK : undefined)
    const share = memory / letter.bytes.length
    emit('peak memory above the message', memory / MIB, 'MiB')
    emit('peak memory', share, '× message', size === LARGEST_SIZE ? MOST_MEMORY : undefined)
    return time
  } finally {
    await page.close()
  }
}

/** Milliseconds by phase, each the median over the runs. */
async function medianPhases(page: LetterPage): Promise<Map<string, number>> {
  const runs: Phases[] = []
  for (let run = 0; run < Number(values.runs); run++) runs.push(await page.phases())
  const names = Object.keys(runs[0] ?? {})
  return new Map(names.map((name) => [name, median(runs.map((phases) => phases[name] ?? NaN))]))
}

async function measureCase(desk: Desk, name: Case): Promise<void> {
  const perMib = new Map<number, number>()
  for (const size of sizes) perMib.set(size, (await measure(desk, name, size)) / size)
  const largest = perMib.get(LARGEST_SIZE)
  perMib.delete(LARGEST_SIZE)
  if (largest === undefined || perMib.size === 0) return
  const metric = `time per MiB at ${LARGEST_SIZE} MiB over the least of the smaller sizes`
  const bar = { most: MOST_GROWTH }
  const value = largest / Math.min(...perMib.values())
  emitFigure(BENCH, { case: name, metric, value, unit: '×', bar })
}

function barOf(most: number | undefined): { bar?: Bar } {
  return most === undefined ? {} : { bar: { most } }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
}

emitMachine(BENCH)
const pki = makePki()
const site = await openSite()
const browser = await launchBrowser()
try {
  for (const name of cases) await measureCase({ browser, site, pki }, name)
} finally {
  await browser.close()
  site.close()
  pki.remove()
}
