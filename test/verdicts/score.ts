import { basename, dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { readCases } from './cases.ts'
import { compare } from './compare.ts'
import { isMessage, judgeCase } from './judge-case.ts'

/** `node test/verdicts/score.ts <cases.json>…`: matches per set, and each case that differs. */
const { positionals } = parseArgs({ allowPositionals: true })
for (const path of positionals) {
  const cases = (await readCases(path)).filter(isMessage)
  let matches = 0
  for (const one of cases) {
    const differences = compare(await judgeCase(path, one), one.expect)
    if (differences.length === 0) matches++
    else process.stdout.write(`  ${one.id}: ${differences.join('; ')}\n`)
  }
  process.stdout.write(
    `${basename(dirname(path))}: ${String(matches)} of ${String(cases.length)} messages\n`,
  )
}
