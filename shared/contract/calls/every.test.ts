import { describe, expect, it } from 'vitest'
import { PROBLEM_STATUS } from '../problem.ts'
import { CALLS } from './every.ts'

describe('the calls of the contract', () => {
  it('are each there once', () => {
    const names = CALLS.map(({ method, path }) => `${method} ${path}`)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toContain('post /keys/{id}/unwrap')
  })

  it.each(CALLS.map((call) => [`${call.method} ${call.path}`, call] as const))(
    'say what they take and give: %s',
    (_name, { method, path, does, parameters = {}, request, problems }) => {
      expect(path).toMatch(/^(\/([a-z-]+|\{[a-z]+\}|openapi\.json))+$/i)
      const named = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name)
      expect(named.sort()).toEqual(Object.keys(parameters).sort())
      expect(does).toMatch(/^[A-Z`].*\.$/)
      if (method === 'get') expect(request).toBeUndefined()
      if (request !== undefined) expect(problems).toContain('request/malformed')
      for (const code of problems) expect(PROBLEM_STATUS[code]).toBeGreaterThanOrEqual(400)
    },
  )
})
