import { basename, dirname } from 'node:path'
import { readCases } from './cases.ts'
import { compare } from './compare.ts'
import { isMessage, judgeCase } from './judge-case.ts'

/** Lines that say how many cases of a corpus file come out as expected, and where the others differ. */
export async function* scoreCases(path: string): AsyncGenerator<string> {
  const cases = (await readCases(path)).filter(isMessage)
  let matches = 0
  for (const one of cases) {
    const differences = compare(await judgeCase(path, one), one.expect)
    if (differences.length === 0) matches++
    else yield `  ${one.id}: ${differences.join('; ')}`
  }
  yield `${basename(dirname(path))}: ${String(matches)} of ${String(cases.length)} messages`
}
