import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ScureBase32Plugin } from 'otplib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findModule } from '../../softhsm/module.mjs'
import { addFactorAnswer, recoveryCodesAnswer } from '#shared/contract/factors.ts'
import { keysAnswer } from '#shared/contract/keys.ts'
import { passkeyChallengeAnswer } from '#shared/contract/passkeys.ts'
import { open } from '#shared/smime/open.ts'
import type { PostgresPlace } from '#api/storage/postgres.ts'
import { childrenOf } from '#test/bench/process-tree.ts'
import { everyRow } from '#test/support/every-row.ts'
import { KeyClient } from '#test/support/key-client.ts'
import { signBody } from '#test/support/key-requests.ts'
import { startPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { freePort, startServer, type TestServer } from '#test/support/server.ts'
import { readerThrough, signIn } from '#test/support/signed-in-reader.ts'

// security.md H14 at the server: secrets go through a day with every kind of failure, and lie nowhere after it.
// The browser's half is in test/e2e/canaries.spec.ts.

const COMMAND = fileURLToPath(new URL('../../api/cli/postern.ts', import.meta.url))
const PATIENCE = 300_000
const here = findModule(process.env) !== null
const runCommand = promisify(execFile)

const GUESS = 'canary-a-password-that-was-wrong'
const NEW_PASSWORD = 'canary-a-password-that-is-new'
const FIRST_PASSWORD = 'canary-a-first-password-by-command'
const SEED = 'CANARYCANARYCANARYCANARYCANARYCA'
const SUBJECT = 'canary: what the user saw of the message'
const BODY = 'canary-in-a-body-that-cannot-be-read'
const QUERY = 'canary-in-an-address'

let folder = ''
let database: TestPostgres
let place: PostgresPlace
let server: TestServer
let metrics = 0
beforeAll(async () => {
  if (!here) return
  folder = mkdtempSync(join(tmpdir(), 'postern-canaries-'))
  database = await startPostgres()
  place = await database.createDatabase()
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, place.password ?? '', { mode: 0o400 })
  metrics = await freePort()
  server = await startServer({ env: { ...settings(), POSTERN_METRICS_PORT: String(metrics) } })
}, PATIENCE)
afterAll(async () => {
  if (!here) return
  await server.remove()
  await database.stop()
  rmSync(folder, { recursive: true })
}, PATIENCE)

function settings() {
  return { POSTERN_DATABASE: place.url, POSTERN_DATABASE_PASSWORD_FILE: join(folder, 'password') }
}

/** What went wrong so far: the whole text of every refusal, by its code. */
const refusals = new Map<string, string[]>()

async function note(answer: Response): Promise<Response> {
  if (answer.ok) return answer
  const text = await answer.clone().text()
  const code = /"code":"([^"]+)"/.exec(text)?.[1] ?? String(answer.status)
  const head = JSON.stringify([...answer.headers].filter(([name]) => name !== 'set-cookie'))
  refusals.set(code, [...(refusals.get(code) ?? []), head + text])
  return answer
}

function stranger(): KeyClient {
  return new KeyClient({
    request: async (path, init) =>
      note(await fetch(`http://localhost:${server.port}${path}`, init)),
  })
}

async function signedIn(username: string): Promise<KeyClient> {
  const client = stranger()
  client.cookie = (await signIn(server, username)).cookie
  return client
}

type Secrets = Record<string, Buffer>

/** Wrong names, passwords, codes, bodies and addresses, with canaries wherever text can stand. */
async function mistakes(client: KeyClient): Promise<void> {
  const nobody = stranger()
  await nobody.post('/session/password', { username: 'alice', password: GUESS })
  await nobody.post('/session/password', { username: GUESS, password: GUESS }) // typed into the wrong field
  await nobody.send('POST', '/session/password', `{"password":"${BODY}`)
  await nobody.post('/session/password', { username: 'alice', password: [BODY] })
  await nobody.post('/session/password', { username: 'alice', password: BODY.repeat(1000) })
  await nobody.get(`/keys?password=${QUERY}`)
  await nobody.get(`/${QUERY}/${QUERY}`)
  await nobody.send('POST', '/session/password', BODY, {
    Origin: `https://${QUERY}.example`,
    'Sec-Fetch-Site': 'cross-site',
  })
  await nobody.send('GET', '/session', null, { 'X-Trace-Id': QUERY, 'User-Agent': QUERY })
  await client.post('/session/password-change', {
    current: GUESS,
    password: NEW_PASSWORD,
    proof: { kind: 'totp', code: '000000' },
  })
  await client.post('/session/factors', {
    kind: 'hotp',
    name: 'Token',
    seed: SEED,
    proof: { kind: 'recovery', code: 'canary-code-that-is-none' },
  })
  await client.post(`/keys/${QUERY}/sign`, { ...signBody(), context: { subject: SUBJECT, to: [] } })
  await client.get(`/mail/folders/${QUERY}/messages`)
}

/** A factor of each kind is added, the password is changed: what is shown once and kept nowhere. */
async function factors(client: KeyClient, username: string): Promise<Secrets> {
  const proof = async () => ({ kind: 'totp', code: await server.code(username) })
  const codes = recoveryCodesAnswer.parse(
    await (await client.post('/session/recovery-codes', { proof: await proof() })).json(),
  ).codes
  const app = addFactorAnswer.parse(
    await (
      await client.post('/session/factors', { kind: 'totp', name: 'App', proof: await proof() })
    ).json(),
  )
  const hardware = { kind: 'hotp', name: 'Token', seed: SEED }
  const answer = await client.post('/session/factors', {
    ...hardware,
    proof: { kind: 'recovery', code: codes[0] },
  })
  expect(answer.status).toBe(201)
  const { challenge, options } = passkeyChallengeAnswer.parse(
    await (await client.post('/session/passkey-challenges')).json(),
  )
  await client.post('/session/factor', { kind: 'passkey', challenge, credential: {} })
  const changed = await client.post('/session/password-change', {
    current: server.login(username).password,
    password: NEW_PASSWORD,
    proof: { kind: 'recovery', code: codes[1] },
  })
  expect(changed.status).toBe(204)
  return {
    ...Object.fromEntries(
      codes.flatMap((code, at) => Object.entries(forms(`recovery code ${at}`, code))),
    ),
    ...seedForms('seed made for an app', app.seed ?? ''),
    ...seedForms('seed of a hardware token', SEED),
    'challenge of a passkey': Buffer.from(options.challenge),
    'new password': Buffer.from(NEW_PASSWORD),
  }
}

/** Letters are opened and a digest is signed: content keys and what was read come back. */
async function reading(client: KeyClient, username: string): Promise<Secrets> {
  const reader = await readerThrough(client)
  const secrets: Secrets = {}
  const inbox = join(server.data, 'mail', username, 'inbox')
  for (const name of readdirSync(inbox)) {
    await open(new Uint8Array(readFileSync(join(inbox, name))), {
      ...reader,
      unwrap: async (request) => {
        const key = Buffer.from(await reader.unwrap(request))
        for (const form of ['latin1', 'hex', 'base64', 'base64url'] as const) {
          secrets[`content key of ${name} (${form})`] = Buffer.from(key.toString(form), 'latin1')
        }
        return Uint8Array.from(key)
      },
    })
  }
  expect(Object.keys(secrets).length).toBeGreaterThan(0)
  const { keys } = keysAnswer.parse(await (await client.get('/keys')).json())
  const key = keys.find(({ purpose }) => purpose === 'sign')!
  const signature = key.algorithm.startsWith('rsa') ? 'rsa-pkcs1' : 'ecdsa'
  const context = { subject: SUBJECT, to: ['bob@example.com'] }
  const signed = await client.post(`/keys/${key.id}/sign`, { ...signBody(), signature, context })
  expect(signed.status).toBe(200)
  return { ...secrets, 'what the user saw': Buffer.from(SUBJECT) }
}

/** The worker dies, the database dies, and calls with secrets in them come all the while. */
async function failures(client: KeyClient): Promise<void> {
  const login = { username: 'alice', password: GUESS }
  for (const pid of childrenOf(server.pid)) process.kill(pid, 'SIGKILL')
  await Promise.all([
    client.post('/session/recovery-codes', { proof: { kind: 'totp', code: '123456' } }),
    stranger().post('/session/password', login),
  ])
  await database.kill()
  for (let call = 0; call < 3; call++) await stranger().post('/session/password', login)
  await client.get('/session')
  await database.start()
  await expect
    .poll(async () => (await fetch(`${server.origin}/readyz`)).status, { timeout: 60_000 })
    .toBe(200)
}

async function commands(): Promise<string> {
  const env = {
    ...process.env,
    ...settings(),
    POSTERN_DATA: server.data,
    POSTERN_PKCS11_MODULE: findModule(process.env) ?? '',
  }
  const command = async (...words: string[]) => {
    const running = runCommand(process.execPath, [COMMAND, ...words], { env, maxBuffer: 1 << 26 })
    running.child.stdin?.end(`${FIRST_PASSWORD}\n`)
    return (await running).stdout
  }
  await command('backup', 'create', join(folder, 'backup'))
  await command('user', 'create', 'erin', '--address', 'erin@example.com')
  const verdict = await command('audit', 'verify')
  const exported = await command('audit', 'export', '--format', 'jsonl')
  return verdict + exported + (await command('audit', 'export', '--format', 'syslog'))
}

/** A text as it is, in capitals, and without what it is written with for people. */
function forms(name: string, text: string): Secrets {
  const bare = text.replace(/[- ]/g, '')
  const all = new Set([text, bare, text.toUpperCase(), bare.toUpperCase(), text.toLowerCase()])
  return Object.fromEntries([...all].map((form, at) => [`${name} (${at})`, Buffer.from(form)]))
}

function seedForms(name: string, seed: string): Secrets {
  const bytes = Buffer.from(new ScureBase32Plugin().decode(seed))
  return {
    ...forms(name, seed),
    [`${name} (bytes)`]: bytes,
    [`${name} (hex)`]: Buffer.from(bytes.toString('hex')),
    [`${name} (base64url)`]: Buffer.from(bytes.toString('base64url')),
  }
}

test.runIf(here)(
  'after a day of work and failures no secret is in the log, the metrics, a refusal, the database, or the audit',
  { timeout: PATIENCE },
  async () => {
    const greeting = server.output().length
    const alice = await signedIn('alice')
    const carol = await signedIn('carol')
    await mistakes(alice)
    const read = await reading(alice, 'alice')
    const own = await factors(carol, 'carol')
    await failures(alice)
    const exported = await commands()
    const secrets: Secrets = {
      ...read,
      ...own,
      PIN: readFileSync(join(server.data, 'pin')).subarray(0, 32),
      'password of the database': Buffer.from(place.password ?? ''),
      'password of alice': Buffer.from(server.login('alice').password),
      ...seedForms('seed of alice', server.login('alice').seed),
      'password that was wrong': Buffer.from(GUESS),
      'first password': Buffer.from(FIRST_PASSWORD),
      'session of alice': Buffer.from(alice.cookie?.split('=')[1] ?? ''),
      'text of a body': Buffer.from(BODY),
      'text of an address': Buffer.from(QUERY),
    }

    for (const code of [
      'factor/rejected',
      'request/malformed',
      'request/too-large',
      'request/not-found',
      'request/forbidden-origin',
      'session/required',
      'audit/unavailable',
    ]) {
      expect([...refusals.keys()]).toContain(code)
    }
    const rows = await everyRow(place)
    const places: Record<string, string> = {
      'a refusal': [...refusals.values()].flat().join('\n'),
      'the log': readFileSync(join(server.data, 'log', 'postern.log'), 'latin1'),
      'what it printed': server.output().slice(greeting), // the demo's users are greeted with theirs
      'the metrics': await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text(),
      'the exported audit': exported,
      'a backup': readFileSync(join(folder, 'backup'), 'latin1'),
      ...Object.fromEntries(rows.map(({ table, text }, at) => [`${table}, row ${at}`, text])),
    }
    expect(
      rows.some(({ table, text }) => table === 'users' && text.includes('erin@example.com')),
    ).toBe(true)
    expect(places['the log']).toContain('audit/unavailable')
    expect(places['the metrics']).toContain('postern_ready')
    expect(exported).toContain('"action":"unwrap"')
    expect(places['a backup']).toContain('carol@example.com')
    expect(found(places, { control: Buffer.from('erin@example.com') })).not.toEqual([])
    expect(found(places, secrets)).toEqual([])
  },
)

/** Each secret with each place where it stands. A passkey's challenge waits in its own table, until it is used. */
function found(places: Record<string, string>, secrets: Secrets): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => {
    expect(secret.length, name).toBeGreaterThan(5)
    const mayWait = (where: string) =>
      name.startsWith('challenge') && where.startsWith('ceremonies')
    return Object.entries(places)
      .filter(([where, text]) => Buffer.from(text, 'latin1').includes(secret) && !mayWait(where))
      .map(([where]) => `${name} in ${where}`)
  })
}
