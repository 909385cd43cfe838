import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Figure, isHeld } from '#test/bench/emit.ts'
import { crashes } from '#test/faults/crashes.ts'
import { openSite, type Site } from '#test/faults/site.ts'
import { switchedOff } from '#test/faults/switched-off.ts'
import { findP11KitClient } from '#test/support/p11-kit-client.mjs'

// `npm run test:faults`, shortened: two replicas on PostgreSQL, each a process, and a token behind p11-kit.

const PATIENCE = 300_000
const here = findP11KitClient() !== null

let site: Site
beforeAll(async () => {
  if (here) site = await openSite(2)
}, PATIENCE)
afterAll(async () => {
  if (here) await site.close()
}, PATIENCE)

/** Those that missed their bar, but for speed: that says how busy the machine is. */
function missed(figures: readonly Figure[]): Figure[] {
  return figures.filter(
    ({ bar, value, unit }) => unit === '' && bar !== undefined && !isHeld(value, bar),
  )
}

test.runIf(here)(
  'whatever is killed while two replicas sign, every signature received is on record',
  async () => {
    const figures = await crashes(site, { runs: 3, signs: 200 }, () => undefined)
    expect(figures.length).toBeGreaterThan(0)
    expect(missed(figures)).toEqual([])
  },
  PATIENCE,
)

test.runIf(here)(
  'of a key that is switched off while both replicas use it, nothing is released after that',
  async () => {
    const figures = await switchedOff(site, 1, () => undefined)
    expect(figures.length).toBeGreaterThan(0)
    expect(missed(figures)).toEqual([])
  },
  PATIENCE,
)
