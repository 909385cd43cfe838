import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findSurvivors, type MutationReport, type Survivor } from './survivors.ts'

/**
 * `npm run mutants [-- --mutate FILE]`: Stryker over the code that guards most. Prints every mutant that no test noticed,
 * each with the reason that `survivors.json` gives; one without a reason makes the exit code 1. Left out is what runs only
 * beside a token, in a process of its own: `test/integration/hsm-unwrap` tries it, which no mutant reaches.
 */
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const run = ['stryker', 'run', here('stryker.json'), ...process.argv.slice(2)]
const { status } = spawnSync('npx', run, { stdio: 'inherit' })
if (status !== 0) process.exit(1)

const report = JSON.parse(readFileSync('.stryker/report.json', 'utf8')) as MutationReport
const reasons = JSON.parse(readFileSync(here('survivors.json'), 'utf8')) as Record<string, string>
const { mutants, survivors } = findSurvivors(report)
const told = (survivor: Survivor) =>
  `${survivor.at}  ${reasons[survivor.key] ?? 'UNEXPLAINED'}\n    ${survivor.key}`
process.stdout.write(`${survivors.map(told).join('\n')}\n`)
const unexplained = survivors.filter(({ key }) => reasons[key] === undefined)
const counts = [mutants, mutants - survivors.length, survivors.length, unexplained.length].map(
  String,
)
process.stdout.write(
  `${counts[0]} mutants, ${counts[1]} killed, ${counts[2]} survived, ${counts[3]} of them unexplained\n`,
)
process.exitCode = unexplained.length === 0 ? 0 : 1
