/** `npm test`: prepares the machine, runs both suites, and closes with one line over all of them. */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../softhsm/failure.mjs'
import { NODE, ROOT } from '../softhsm/prepare.mjs'
import { prepareForTests } from './prepare.mjs'
import { closingLine, honest, sum, tallyPlaywright, tallyVitest } from './tally.mjs'

const REPORTS = join(ROOT, 'test-results')
const LONGEST_SUITE = 25 * 60_000 // ms; a suite that hangs must not hang those who wait for it

const VITEST = join(REPORTS, 'vitest.json')
const PLAYWRIGHT = join(REPORTS, 'playwright.json')

const SUITES = [
  {
    name: 'units and integration',
    script: 'vitest/vitest.mjs',
    args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${VITEST}`],
    report: VITEST,
    tally: tallyVitest,
  },
  {
    name: 'end to end',
    script: '@playwright/test/cli.js',
    args: ['test', '--config=test/e2e/playwright.config.ts', '--reporter=list,json'],
    report: PLAYWRIGHT, // named to it by the environment
    tally: tallyPlaywright,
  },
]

/**
 * @param {(typeof SUITES)[number]} suite
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<import('./tally.mjs').Tally>}
 */
async function run({ name, script, args, report, tally }, env) {
  process.stdout.write(`\n# ${name}\n`)
  const exitCode = await new Promise((resolve) => {
    const child = spawn(NODE, [join(ROOT, 'node_modules', script), ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: PLAYWRIGHT },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: LONGEST_SUITE,
    })
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
  const result = honest(readReport(report, tally), exitCode)
  process.stdout.write(`# ${name}: ${closingLine(result)}\n`)
  return result
}

/**
 * @param {string} path a suite's JSON report
 * @param {(report: any) => import('./tally.mjs').Tally} tally
 */
function readReport(path, tally) {
  try {
    return tally(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

async function main() {
  const env = await prepareForTests()
  rmSync(REPORTS, { recursive: true, force: true })
  mkdirSync(REPORTS, { recursive: true })
  const tallies = []
  for (const suite of SUITES) tallies.push(await run(suite, env))
  const total = sum(tallies)
  process.exitCode = total.failed === 0 ? 0 : 1
  process.stdout.write(`\n${closingLine(total)}\n`)
}

await main().catch((error) => {
  fail(error)
  process.stdout.write('0 passed, 1 failed\n')
})
