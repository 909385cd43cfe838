import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findModule } from '../../softhsm/module.mjs'
import { hasProgram } from '../../softhsm/program.mjs'
import { connectionString, type PostgresPlace } from '#api/storage/postgres.ts'
import { startPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { freePort } from '#test/support/server.ts'

// The page "Running Postern in production": its commands are run in their order, so that it cannot rot.

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const PAGE = readFileSync(join(ROOT, 'api/deploy/README.md'), 'utf8')
const PATIENCE = 600_000 // some thirty commands, on a machine that also runs other tests
const module = findModule(process.env)
const here = module !== null && ['psql', 'pkcs11-tool', 'curl', 'openssl'].every(hasProgram)
const run = promisify(execFile)

/** What the page says between fences of this kind. */
function blocksOf(kind: string): string[] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${kind}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text,
  )
}

let folder = ''
let database: TestPostgres
let place: PostgresPlace
let ports: { server: number; metrics: number }
beforeAll(async () => {
  if (!here) return
  folder = mkdtempSync(join(tmpdir(), 'postern-production-'))
  for (const path of ['etc/systemd/system', 'usr/local/bin', 'var/lib']) {
    mkdirSync(join(folder, path), { recursive: true })
  }
  database = await startPostgres()
  place = await database.createDatabase()
  ports = { server: await freePort(), metrics: await freePort() }
}, PATIENCE)
afterAll(async () => {
  if (!here) return
  await shell('systemctl stop postern').catch(() => undefined)
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
}, PATIENCE)

/** The page's places, as they are here. */
function placed(text: string): string {
  const { host } = new URL(place.url)
  return text
    .replace(
      /(?<![\w.])\/(etc\/(?:postern|systemd)|var\/lib\/postern|usr\/local\/bin)\b/g,
      `${folder}/$1`,
    )
    .replaceAll('/opt/postern/node_modules/node/bin/node', process.execPath)
    .replaceAll('/opt/postern', ROOT)
    .replaceAll('/usr/lib/softhsm/libsofthsm2.so', module ?? '')
    .replaceAll('postgres://postgres@db.example.com/postgres', connectionString(place))
    .replace(
      /postgres:\/\/postern@db\.example\.com\/postern\?[^"]*/,
      `postgres://page@${host}/page`,
    )
    .replaceAll('create role postern', 'create role page')
    .replaceAll('create database postern owner postern', 'create database page owner page')
    .replaceAll('8025', String(ports.server))
    .replaceAll('9464', String(ports.metrics))
}

/** Runs commands as the page's reader does, who types a first password where one is asked for. */
async function shell(commands: string): Promise<string> {
  const script = `set -euo pipefail\nPATH=${folder}/usr/local/bin:$PATH\n${TYPING}\n${SYSTEMCTL()}\n${commands}`
  const limits = { timeout: PATIENCE, maxBuffer: 1 << 24 }
  const { stdout } = await run('bash', ['-c', script], limits).catch((error: unknown) => {
    const said = (error as { stdout?: string }).stdout ?? ''
    throw new Error(`${said}\n${String(error)}`, { cause: error })
  })
  return stdout
}

const TYPING = `postern() { command postern "$@" <<< 'a first password of theirs'; }`

/** `systemctl` in few words: starts what the unit names, with the settings that it names, and stops it. */
const SYSTEMCTL = () => `systemctl() {
  case "$1" in
    enable | start) bash ${folder}/start >/dev/null 2>${folder}/errors & echo $! > ${folder}/pid
      for try in $(seq 600); do
        if curl --fail --silent http://127.0.0.1:${ports.server}/readyz >/dev/null; then return 0; fi
        sleep 0.1
      done; cat ${folder}/errors >&2; return 1 ;;
    stop) kill $(cat ${folder}/pid); while kill -0 $(cat ${folder}/pid) 2>/dev/null; do sleep 0.1; done ;;
  esac
}`

/** What the unit makes of itself at a start: its settings in their order, and the program in its place. */
function starter(unit: string): string {
  const values = (name: string) =>
    [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value)
  const settings = values('Environment').map((setting) =>
    setting.replace('%S', `${folder}/var/lib`).replace('%d', `${folder}/etc/postern`),
  )
  const files = values('EnvironmentFile').map((file) => `. ${file}`)
  return [
    'set -a',
    ...files,
    ...settings,
    `cd ${ROOT}`,
    `exec ${values('ExecStart').join('')}`,
  ].join('\n')
}

test.runIf(here)(
  'every command of the page does its work, in the order of the page',
  async () => {
    const printed: string[] = []
    for (const block of blocksOf('sh')) {
      printed.push(await shell(placed(block)))
      if (!block.includes('install -m 0644')) continue
      for (const path of ['etc/systemd/system/postern.service', 'usr/local/bin/postern']) {
        const at = join(folder, path)
        writeFileSync(at, placed(readFileSync(at, 'utf8')))
      }
      writeFileSync(
        join(folder, 'start'),
        starter(readFileSync(join(folder, 'etc/systemd/system/postern.service'), 'utf8')),
      )
    }
    const all = printed.join('\n')
    expect(all).toContain('The token "postern" answers.')
    expect(all).toContain('{"ready":true}')
    expect(all).toContain('User carol is there.')
    expect(all).toContain('rsa-3072')
    expect(all.match(/The audit is intact/g)?.length).toBeGreaterThanOrEqual(3)
    const secret = readFileSync(join(folder, 'etc/postern/pin'), 'utf8').trim()
    expect(all).not.toContain(secret)
  },
  PATIENCE,
)

test.runIf(here)('each alert asks for metrics that there are', async () => {
  const metrics = await shell(`curl --fail --silent http://127.0.0.1:${ports.metrics}/metrics`)
  const rules = readFileSync(join(ROOT, 'api/deploy/alerts.yml'), 'utf8')
  const asked = new Set(rules.match(/\b(?:postern|nodejs)_\w+/g))
  expect(asked.size).toBeGreaterThan(5)
  const known = new Set([...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name))
  expect([...asked].filter((name) => !known.has(name.replace(/_bucket$/, '')))).toEqual([])
})
