import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compare } from '#test/verdicts/compare.ts'
import { readCases } from '#test/verdicts/cases.ts'
import { judgeCase } from '#test/verdicts/judge-case.ts'

const CORPORA = new URL('../../../shared/corpora/', import.meta.url)

/** Cases with 3DES content, which is not read yet. */
const NOT_READ = [
  'rfc9216-env-3des',
  'nc-encrypted-signed-opaque-message',
  'rfc4134-5.1',
  'rfc4134-5.3',
]

const SETS = ['johnny', 'mime4j', 'nextcloud-mail', 'rfc4134', 'rfc9216', 'rfc9788', 'thunderbird']

describe.skipIf(!existsSync(CORPORA))('other people’s mail', () => {
  it.each(SETS)('comes out as it should: %s', async (set) => {
    const path = new URL(`${set}/cases.json`, CORPORA).pathname
    const cases = (await readCases(path)).filter(({ id }) => !NOT_READ.includes(id))
    const differences: Record<string, string[]> = {}
    for (const one of cases) {
      const found = compare(await judgeCase(path, one), one.expect)
      if (found.length > 0) differences[one.id] = found
    }
    expect(differences).toEqual({})
    expect(cases.length).toBeGreaterThan(0)
  })
})
