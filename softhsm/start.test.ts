import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findModule } from './module.mjs'
import { packagesAreStale } from './npm-packages.mjs'
import { digestOf } from './web-build.mjs'

const START = fileURLToPath(new URL('./start.mjs', import.meta.url))

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-start-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(path: string, text = ''): string {
  const full = join(folder, path)
  mkdirSync(join(full, '..'), { recursive: true })
  writeFileSync(full, text)
  return full
}

describe('npm start', () => {
  it.each([
    [['--install-everything'], {}, 'Unknown argument --install-everything.'],
    [[], { POSTERN_PKCS11_MODULE: '/nowhere.so' }, 'names /nowhere.so, but there is no such file.'],
  ])('stops with one clear sentence for %j %j', (args, env, sentence) => {
    const { status, stderr } = spawnSync(process.execPath, [START, ...args], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    expect(stderr).toContain(sentence)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it('takes the module that is named before any it would find', () => {
    const module = write('vendor-hsm.so')
    expect(findModule({ POSTERN_PKCS11_MODULE: module })).toBe(module)
  })

  it('installs packages when there are none, and when the lockfile is newer', () => {
    const lockfile = write('package-lock.json')
    expect(packagesAreStale(folder)).toBe(true)
    write('node_modules/.package-lock.json')
    utimesSync(lockfile, 1, 1)
    expect(packagesAreStale(folder)).toBe(false)
    const later = Date.now() / 1000 + 60
    utimesSync(lockfile, later, later)
    expect(packagesAreStale(folder)).toBe(true)
  })
})

describe('the stamp of the web build', () => {
  const digest = (): string => digestOf(folder, ['web', 'vite.config.ts'])

  it('changes with a changed, renamed or new file, and with nothing else', () => {
    write('web/lib/a.ts', 'one')
    const config = write('vite.config.ts')
    const seen = [digest()]
    utimesSync(config, 1, 1)
    write('web/lib/a.test.ts', 'tests are not built')
    expect(digest()).toBe(seen[0])

    for (const [path, text] of [
      ['web/lib/a.ts', 'two'],
      ['web/b.ts', ''],
      ['vite.config.ts', 'x'],
    ] as const) {
      write(path, text)
      expect(seen).not.toContain(digest())
      seen.push(digest())
    }
  })
})
