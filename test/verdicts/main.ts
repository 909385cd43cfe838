import { parseArgs } from 'node:util'
import { readCases } from './cases.ts'
import { judgeCase } from './judge-case.ts'

/** `npm run -s verdicts -- --cases <cases.json>`: one JSON object a line, a line a case. */
const { values } = parseArgs({ options: { cases: { type: 'string' } } })
if (values.cases === undefined) {
  process.stderr.write('usage: npm run -s verdicts -- --cases <cases.json>\n')
  process.exitCode = 2
} else {
  for (const one of await readCases(values.cases)) {
    process.stdout.write(JSON.stringify(await judgeCase(values.cases, one)) + '\n')
  }
}
