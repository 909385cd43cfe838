import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readCases } from './cases.ts'
import { judgeCase } from './judge-case.ts'
import { scoreCases } from './score.ts'

/**
 * `npm run -s verdicts -- --cases <cases.json or its folder>`: one JSON object a line, a line a case.
 * With `--score`: how many of them come out as expected, and where the others differ.
 */
const { values } = parseArgs({
  options: { cases: { type: 'string' }, score: { type: 'boolean', default: false } },
})
if (values.cases === undefined) {
  process.stderr.write(
    'usage: npm run -s verdicts -- --cases <cases.json or its folder> [--score]\n',
  )
  process.exitCode = 2
} else {
  const { cases } = values
  const path = cases.endsWith('.json') ? cases : join(cases, 'cases.json')
  const lines = values.score ? scoreCases(path) : verdictLines(path)
  for await (const line of lines) process.stdout.write(`${line}\n`)
}

async function* verdictLines(path: string): AsyncGenerator<string> {
  for (const one of await readCases(path)) yield JSON.stringify(await judgeCase(path, one))
}
