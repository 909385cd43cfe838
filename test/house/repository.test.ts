import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const root = fileURLToPath(new URL('../..', import.meta.url))
const packageFile = z.object({
  scripts: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
})
const { scripts, dependencies, devDependencies } = packageFile.parse(
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')),
)

describe('the repository', () => {
  it.each(Object.entries({ ...dependencies, ...devDependencies }))(
    'has an exact version of %s',
    (_, version) => {
      expect(version).toMatch(/^\d+\.\d+\.\d+(-[a-z]+\.\d+)?$/)
    },
  )

  it('has a lockfile that names no host, so that any registry serves', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"/)
  })

  it.each(Object.entries(scripts))('has the file that `npm run %s` runs', (_, script) => {
    const file = /\bnode (\S+)/.exec(script)?.[1]
    expect(file === undefined || existsSync(join(root, file))).toBe(true)
  })
})
