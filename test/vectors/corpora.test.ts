import { describe, expect, it } from 'vitest'
import { CORPORA } from '#test/support/corpora.ts'
import { compare } from '#test/verdicts/compare.ts'
import { readCases } from '#test/verdicts/cases.ts'
import { judgeCase } from '#test/verdicts/judge-case.ts'

const SETS = ['johnny', 'mime4j', 'nextcloud-mail', 'rfc4134', 'rfc9216', 'rfc9788', 'thunderbird']

describe.skipIf(CORPORA === null)('other people’s mail', () => {
  it.each(SETS)('comes out as it should: %s', async (set) => {
    const path = new URL(`${set}/cases.json`, CORPORA ?? '').pathname
    const cases = await readCases(path)
    const differences: Record<string, string[]> = {}
    for (const one of cases) {
      const found = compare(await judgeCase(path, one), one.expect)
      if (found.length > 0) differences[one.id] = found
    }
    expect(differences).toEqual({})
    expect(cases.length).toBeGreaterThan(0)
  })
})
