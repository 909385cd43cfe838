import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findModule } from '../../softhsm/module.mjs'
import { hasProgram } from '../../softhsm/program.mjs'
import { findNginx } from '#test/support/nginx.mjs'
import { freePort, startServer, type TestServer } from '#test/support/server.ts'

// The examples beside "Running Postern in production": the proxy, and the service under systemd.

const DEPLOY = fileURLToPath(new URL('../../api/deploy/', import.meta.url))
const PATIENCE = 180_000
const HOST = 'mail.example.com'
const run = promisify(execFile)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-deploy-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const nginx = findNginx()
describe.runIf(nginx !== null && hasProgram('curl') && findModule(process.env) !== null)(
  'behind nginx',
  () => {
    let replicas: TestServer[] = []
    let proxy: ChildProcess
    let port = 0

    beforeAll(async () => {
      port = await freePort()
      const env = { POSTERN_DEMO: 'off', POSTERN_ORIGIN: `https://${HOST}:${port}` }
      replicas = [await startServer({ env }), await startServer({ env })]
      const config = writeProxyConfig(port, await freePort(), replicas)
      await run(nginx!, ['-t', '-c', config])
      proxy = spawn(nginx!, ['-c', config, '-g', 'daemon off;'], { stdio: 'ignore' })
      await ask('/healthz', '--retry', '60', '--retry-delay', '1', '--retry-all-errors')
    }, PATIENCE)
    afterAll(async () => {
      const ended = once(proxy, 'exit')
      proxy.kill('SIGTERM')
      await ended
      for (const replica of replicas) await replica.remove()
    }, PATIENCE)

    /** The answer with its head, over TLS, with the name that the certificate carries. */
    async function ask(path: string, ...more: string[]): Promise<string> {
      const address = ['--resolve', `${HOST}:${port}:127.0.0.1`, `https://${HOST}:${port}${path}`]
      const how = [
        '--silent',
        '--show-error',
        '--include',
        '--cacert',
        join(folder, 'tls/fullchain.pem'),
      ]
      return (await run('curl', [...how, ...more, ...address], { maxBuffer: 1 << 24 })).stdout
    }

    test('the app comes over HTTP/2, and tells browsers to stay with TLS', async () => {
      const page = await ask('/')
      expect(page).toMatch(/^HTTP\/2 200/)
      expect(page).toMatch(/^strict-transport-security: max-age=/im)
      expect(page).toMatch(/^content-security-policy: default-src 'none'/im)
      expect(page).not.toMatch(/^server: nginx\//im)
    })

    test('a call from the company’s own origin reaches the key service, and one from elsewhere does not', async () => {
      const body = ['--json', '{"username":"nobody","password":"wrong"}']
      const own = await ask(
        '/api/v1/session/password',
        ...body,
        '-H',
        `Origin: https://${HOST}:${port}`,
      )
      expect(own).toMatch(/^HTTP\/2 401/)
      expect(own).toContain('factor/rejected')
      const foreign = await ask(
        '/api/v1/session/password',
        ...body,
        '-H',
        'Origin: https://evil.example',
      )
      expect(foreign).toContain('request/forbidden-origin')
    })

    test('what is larger than any message is refused by the proxy', async () => {
      const size = 'Content-Length: 200000000'
      expect(
        await ask('/api/v1/mail/send', '--http1.1', '-X', 'POST', '-H', size, '--max-time', '20'),
      ).toMatch(/^HTTP\/1.1 413/)
    })

    test('with one replica gone every call is answered by the other', async () => {
      await replicas[0]?.kill()
      for (let call = 0; call < 10; call++) {
        expect(await ask('/readyz')).toMatch(/^HTTP\/2 200/)
        await sleep(10)
      }
    })
  },
)

/** The example with this machine's places, inside a configuration that runs as this user. @returns its path */
function writeProxyConfig(port: number, plain: number, replicas: readonly TestServer[]): string {
  mkdirSync(join(folder, 'tls'))
  const certificate = join(folder, 'tls/fullchain.pem')
  const made = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${HOST}`
  const places = [
    '-addext',
    `subjectAltName=DNS:${HOST}`,
    '-keyout',
    join(folder, 'tls/privkey.pem'),
    '-out',
    certificate,
  ]
  execFileSync('openssl', [...made.split(' '), ...places], { stdio: 'pipe' })
  const site = readFileSync(join(DEPLOY, 'nginx.conf'), 'utf8')
    .replaceAll('/etc/nginx/snippets/postern-proxy.conf', join(DEPLOY, 'nginx-proxy.conf'))
    .replaceAll('/etc/postern/tls/', join(folder, 'tls/'))
    .replace('listen 443', `listen 127.0.0.1:${port}`)
    .replace('listen 80', `listen 127.0.0.1:${plain}`)
    .replace('127.0.0.1:8025', `127.0.0.1:${String(replicas[0]?.port)}`)
    .replace('10.0.0.12:8025', `127.0.0.1:${String(replicas[1]?.port)}`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const main = [
    `pid ${join(folder, 'nginx.pid')};`,
    'error_log /dev/null;',
    'events {}',
    'http {',
    'access_log off;',
    ...temporary.map((name) => `${name}_temp_path ${join(folder, name)};`),
    site,
    '}',
  ]
  const path = join(folder, 'nginx.conf')
  writeFileSync(path, main.join('\n'))
  return path
}

const hasSystemd = hasProgram('systemd-analyze')
describe.runIf(hasSystemd)('under systemd', () => {
  /** The unit with a program that is there, as `systemd-analyze` looks for it. */
  function unit(): string {
    const path = join(folder, 'postern.service')
    const text = readFileSync(join(DEPLOY, 'postern.service'), 'utf8')
    writeFileSync(
      path,
      text.replaceAll('/opt/postern/node_modules/node/bin/node', process.execPath),
    )
    return path
  }

  test('the unit is understood whole', async () => {
    const { stdout, stderr } = await run('systemd-analyze', ['verify', unit()])
    expect(stdout + stderr).not.toContain('postern.service')
  })

  test('little is exposed', async () => {
    const { stdout } = await run('systemd-analyze', [
      'security',
      '--offline=yes',
      '--no-pager',
      '--threshold=20',
      unit(),
    ])
    expect(stdout).toMatch(/Overall exposure level for postern\.service: [01]\.\d OK/)
  })
})
