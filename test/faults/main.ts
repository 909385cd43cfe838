/**
 * `npm run test:faults`: what becomes of users' keys when parts of the service are killed, stopped, flooded or switched
 * off: security.md H9 to H12. Progress on standard error; at the end one JSON object for each figure.
 */
import { parseArgs } from 'node:util'
import { emitFigure, emitMachine, type Figure } from '../bench/emit.ts'
import { crashes } from './crashes.ts'
import { flood } from './flood.ts'
import { say } from './progress.ts'
import { openSite, type Site } from './site.ts'
import { switchedOff } from './switched-off.ts'
import { tokenAway } from './token-away.ts'

const NAMES = ['switch-off', 'crashes', 'token', 'flood']
const HELP = `npm run test:faults -- [options]
  --whole          crashes at full length: 100 runs of 1,000 signatures (30 runs otherwise)
  --only NAMES     some of ${NAMES.join(', ')}, separated by commas
  --rounds N       keys switched off under load (5; with --whole 20)
  --runs N         kills (30; with --whole 100)
  --signs N        signatures in each run with a kill (1000)
  --stall SECONDS  how long the token stalls (60)
  --seconds N      how long the flood lasts, and the time without it (20)
`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    whole: { type: 'boolean', default: false },
    only: { type: 'string', default: NAMES.join(',') },
    rounds: { type: 'string' },
    runs: { type: 'string' },
    signs: { type: 'string', default: '1000' },
    stall: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '20' },
  },
})
const wanted = values.only.split(',')
const rounds = Number(values.rounds ?? (values.whole ? 20 : 5))
const runs = Number(values.runs ?? (values.whole ? 100 : 30))
const signs = Number(values.signs)

async function onSite(site: Site): Promise<void> {
  if (wanted.includes('switch-off')) {
    say('H9: keys switched off under load')
    figures.push(...(await switchedOff(site, rounds, say)))
  }
  if (wanted.includes('crashes')) {
    say('H10: kill -9 while both replicas sign')
    figures.push(...(await crashes(site, { runs, signs }, say)))
  }
  if (wanted.includes('token')) {
    say('H11: the token is killed, and stalls')
    figures.push(...(await tokenAway(site, Number(values.stall) * 1000, say)))
  }
}

async function run(): Promise<void> {
  const since = performance.now()
  if (wanted.some((name) => name !== 'flood')) {
    say('two replicas, PostgreSQL, a token behind p11-kit server: starting')
    // Keys that were switched off sign no more, so later parts take the last ones.
    const site = await openSite(rounds + 4)
    try {
      await onSite(site)
    } finally {
      await site.close()
    }
  }
  if (wanted.includes('flood')) {
    say('H12: one user floods')
    figures.push(...(await flood(Number(values.seconds), say)))
  }
  const seconds = (performance.now() - since) / 1000
  figures.push({ case: 'all', metric: 'time', value: seconds, unit: 's' })
}

const figures: Figure[] = []
if (values.help === true) say(HELP)
else {
  try {
    await run()
  } finally {
    emitMachine('faults')
    for (const figure of figures) emitFigure('faults', figure)
  }
}
