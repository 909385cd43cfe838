import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PosternError } from '#shared/errors.ts'
import { describeCauses, openLog } from './log.ts'

let root: string
let folder: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'postern-log-'))
  folder = join(root, 'log')
})
afterEach(() => rm(root, { recursive: true }))

describe('the log', () => {
  test('is private, and holds a call in one line', async () => {
    const log = openLog(folder)
    log.access({ method: 'GET', route: '/x', status: 200, ms: 1, traceId: 't', code: null })
    const path = join(folder, 'postern.log')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ msg: 'call', route: '/x' })
  })

  test('writes the fields that it knows of a call, and no other', async () => {
    const entry = { method: 'GET', route: '/x', status: 200, ms: 1, traceId: 't', code: null }
    openLog(folder).access({ ...entry, body: 'a secret letter' } as typeof entry)
    const line = JSON.parse(await readFile(join(folder, 'postern.log'), 'utf8')) as object
    expect(Object.keys(line).toSorted()).toEqual(
      [...Object.keys(entry), 'level', 'msg', 'time'].toSorted(),
    )
  })

  test('tells of an alarm where it stands in the audit, and not whose it is', async () => {
    openLog(folder).alarmed({ cause: 'quota/exceeded', operation: 'o' })
    const line = JSON.parse(await readFile(join(folder, 'postern.log'), 'utf8')) as object
    expect(line).toMatchObject({ msg: 'alarm', cause: 'quota/exceeded', operation: 'o' })
    expect(Object.keys(line).sort()).toEqual(['cause', 'level', 'msg', 'operation', 'time'])
  })

  test('tells where an error came from, and nothing of what its message quotes', async () => {
    const cause = new SyntaxError('unexpected token in "my secret letter"')
    const error = new PosternError('audit/unavailable', 'my secret again', { cause })
    openLog(folder).problem({ traceId: 't', code: 'audit/unavailable', error })
    const text = await readFile(join(folder, 'postern.log'), 'utf8')
    expect(text).not.toContain('secret')
    expect(JSON.parse(text)).toMatchObject({
      causes: [{ name: 'PosternError', code: 'audit/unavailable' }, { name: 'SyntaxError' }],
    })
    expect(text).toContain('api/log.test.ts')
  })

  test('ends a chain of causes that leads back to itself', () => {
    const error = new Error('a')
    error.cause = error
    expect(describeCauses(error)).toHaveLength(5)
  })
})
