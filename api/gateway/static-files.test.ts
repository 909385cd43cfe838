import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { problemSchema } from '#shared/contract/problem.ts'
import { onProblem } from '../problem.ts'
import { staticFiles } from './static-files.ts'

let root: string
let app: Hono

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'postern-static-'))
  const build = join(root, 'web')
  await mkdir(join(build, 'assets'), { recursive: true })
  await writeFile(join(build, 'index.html'), '<!doctype html><title>Postern</title>')
  await writeFile(join(build, 'message-frame.html'), '<!doctype html>')
  await writeFile(join(build, 'message-frame.js'), '')
  await writeFile(join(build, 'assets', 'app-1a2b.js'), 'export {}')
  await writeFile(join(build, 'assets', '.hidden.js'), 'export {}')
  await writeFile(join(root, 'secret.txt'), 'not for the web')
  app = staticFiles(build)
  app.onError(onProblem(() => undefined))
})
afterEach(() => rm(root, { recursive: true }))

const call = (path: string, init?: RequestInit) => Promise.resolve(app.request(path, init))

describe('the web app', () => {
  const navigation = { headers: { accept: 'text/html,*/*' } }

  test.each(['/', '/index.html', '/mail/inbox/3', '/compose'])(
    'is the answer to %s',
    async (path) => {
      const answer = await call(path, navigation)
      expect(answer.status).toBe(200)
      expect(await answer.text()).toContain('Postern')
      expect(answer.headers.get('cache-control')).toBe('no-cache')
      expect(answer.headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
          "connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src 'self' blob:; " +
          "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; " +
          "require-trusted-types-for 'script'; trusted-types postern svelte-trusted-html",
      )
    },
  )

  test('is cached for ever where names change with the content', async () => {
    const answer = await call('/assets/app-1a2b.js')
    expect(answer.headers.get('cache-control')).toContain('immutable')
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  })

  test('frames mail under a policy of its own', async () => {
    const page = await call('/message-frame.html', navigation)
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'self'")
    expect(page.headers.get('content-security-policy')).not.toContain('connect-src')
    expect(page.headers.get('content-security-policy')).toMatch(
      /; sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox$/,
    )
    const script = await call('/message-frame.js')
    expect(script.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  })

  test('travels compressed where the browser can read that, and is still confirmed', async () => {
    await writeFile(join(root, 'web', 'assets', 'large-1a2b.js'), 'export {}\n'.repeat(1000))
    const answer = await call('/assets/large-1a2b.js', { headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    expect((await answer.arrayBuffer()).byteLength).toBeLessThan(1000)
    const tag = answer.headers.get('etag') ?? ''
    const again = await call('/assets/large-1a2b.js', { headers: { 'if-none-match': tag } })
    expect(again.status).toBe(304)
  })

  test('is sent once and then only confirmed', async () => {
    const tag = (await call('/')).headers.get('etag') ?? ''
    expect((await call('/', { headers: { 'if-none-match': tag } })).status).toBe(304)
  })

  test.each([
    '/assets/gone.js',
    '/favicon.ico',
    '/assets/',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
  ])('does not stand in for %s', async (path) => {
    const answer = await call(path, navigation)
    expect(answer.status).toBe(404)
    expect(problemSchema.parse(await answer.json()).code).toBe('request/not-found')
  })
})
