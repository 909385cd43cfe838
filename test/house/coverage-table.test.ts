import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'shared/README.md'), 'utf8')

/** Rows of the tables that are headed `shown by`: what, and the tests that show it. */
const rows = page
  .split('\n\n')
  .filter((block) => /^\| [a-z]+ +\| shown by /.test(block))
  .flatMap((block) => block.split('\n').slice(2))
  .map((row) => {
    const [, what = '', tests = ''] = row.split('|').map((cell) => cell.trim())
    return [what, [...tests.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file)] as const
  })

describe('what the engine is said to read and write', () => {
  it.each(rows)('is tried: %s', (_what, files) => {
    expect(files).not.toEqual([])
    for (const file of files) {
      expect(file).toMatch(/\.(test|spec)\.ts$/)
      expect(existsSync(join(root, file)), file).toBe(true)
    }
  })

  it('holds the ten oddities of real mail', () => {
    const numbers = rows.flatMap(([what]) => /^(\d+)\. /.exec(what)?.[1] ?? [])
    expect(numbers).toEqual(Array.from({ length: 10 }, (_, index) => String(index + 1)))
  })
})
