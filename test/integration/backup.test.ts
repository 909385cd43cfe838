import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Clock } from '#api/clock.ts'
import { verifyAudit } from '#api/keys/audit/verify.ts'
import { CheckpointMaker } from '#api/keys/audit/checkpoint-maker.ts'
import { BackupMaker } from '#api/keys/backup/create.ts'
import { rowsOf, verifyBackup } from '#api/keys/backup/read.ts'
import { restoreBackup } from '#api/keys/backup/restore.ts'
import { switchOff } from '#api/keys/lifecycle/switch-key.ts'
import { openRecords, type Records } from '#api/keys/records.ts'
import type { DatabasePlace } from '#api/storage/db.ts'
import type { Db } from '#api/storage/schema.ts'
import { withSnapshot } from '#api/storage/snapshot.ts'
import {
  type KeyCompany,
  openCompany,
  openReplica,
  type Person,
} from '#test/support/key-company.ts'
import { KeyClient } from '#test/support/key-client.ts'
import { startPostgres, type TestPostgres } from '#test/support/postgres.ts'

const KILLED = fileURLToPath(new URL('../support/killed-restore.ts', import.meta.url))

let folder = ''
let server: TestPostgres
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-backup-'))
  server = await startPostgres()
}, 60_000)
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

const open: Records[] = []
afterEach(async () => {
  for (const { db } of open.splice(0)) await db.destroy()
})

async function opened(place: DatabasePlace, clock: Clock): Promise<Records> {
  const records = await openRecords(place, clock)
  open.push(records)
  return records
}

let files = 0
const MAKE = {
  SQLite: () => Promise.resolve(join(folder, `postern-${++files}.db`)),
  PostgreSQL: () => server.createDatabase(),
} as const
type Kind = keyof typeof MAKE

/** Alice, who is signed in, and a signed audit. */
async function company(
  kind: Kind,
): Promise<{ place: DatabasePlace; it: KeyCompany; alice: Person }> {
  const place: DatabasePlace = await MAKE[kind]()
  const it = await openCompany(place)
  open.push(it.records)
  const alice = await it.hire('alice')
  await it.signedIn(alice)
  const { records, hsm, clock } = it
  const onFailure = (code: string) => expect.fail(code)
  await new CheckpointMaker({ ...records, hsm, clock: clock.read, onFailure }).close()
  return { place, it, alice }
}

async function backupOf(place: DatabasePlace): Promise<string[]> {
  return withSnapshot(place, async (db) => {
    const lines: string[] = []
    for await (const line of new BackupMaker(db, () => new Date()).lines())
      lines.push(line.trimEnd())
    return lines
  })
}

function source(lines: readonly string[]) {
  return async function* () {
    yield* await Promise.resolve(lines)
  }
}

async function rows(lines: readonly string[]) {
  const all: unknown[] = []
  for await (const { table, row } of rowsOf(source(lines))) {
    if (!['factors', 'attempts', 'uses'].includes(table) && !table.startsWith('audit'))
      all.push(row)
  }
  return all
}

const actor = 'an operator'

function lastActions(db: Db) {
  const query = db.selectFrom('auditEntries').select(['action', 'digest', 'code', 'actor'])
  return query.where('action', 'in', ['restored', 'audit-lost']).orderBy('sequence').execute()
}

async function signIn(it: Pick<KeyCompany, 'app'>, person: Person, code: string): Promise<number> {
  const client = new KeyClient(it.app)
  const { username } = person.user
  await client.post('/session/password', { username, password: person.password, device: 'Phone' })
  return (await client.post('/session/factor', { kind: 'totp', code })).status
}

const WAYS: readonly (readonly [Kind, Kind])[] = [
  ['SQLite', 'PostgreSQL'],
  ['PostgreSQL', 'SQLite'],
]

describe.each(WAYS)('from %s to a new %s', (from, to) => {
  test('everything comes back, nobody is signed in, and a code of before is not taken again', async () => {
    const { place, it, alice } = await company(from)
    const lines = await backupOf(place)
    it.clock.pass(60)
    const used = await it.codeOf(alice)
    expect(await signIn(it, alice, used)).toBe(200)
    const { audit } = await verifyBackup(source(lines), null)
    expect(audit).toMatchObject({ kind: 'intact', checkpoints: 1, uncovered: 1 })
    expect(lines.some((line) => line.startsWith('["sessions"'))).toBe(false)

    const target = await MAKE[to]()
    const records = await opened(target, it.clock.read)
    const { sha256 } = await restoreBackup(records, source(lines), { replace: false, actor })
    expect(await rows(await backupOf(target))).toEqual(await rows(lines))
    expect(await lastActions(records.db)).toEqual([
      { action: 'restored', digest: sha256, code: null, actor },
    ])
    expect(await verifyAudit(records.db)).toMatchObject({ kind: 'intact', checkpoints: 1 })

    const replica = await openReplica(it, target)
    open.push(replica.records)
    expect(await signIn(replica, alice, used)).toBe(401)
    it.clock.pass(60)
    expect(await signIn(replica, alice, await it.codeOf(alice))).toBe(200)
    await expect(
      restoreBackup(records, source(lines), { replace: false, actor }),
    ).rejects.toMatchObject({ code: 'config/invalid' })
  })
})

describe.each(['SQLite', 'PostgreSQL'] as const)('on the same %s', (kind) => {
  test('what was switched off and used up stays so, and the audit goes on', async () => {
    const { place, it, alice } = await company(kind)
    const lines = await backupOf(place)
    it.clock.pass(60)
    const used = await it.codeOf(alice)
    expect(await signIn(it, alice, used)).toBe(200)
    await switchOff(it.records, alice.signKey.id, actor)
    await it.records.db.updateTable('keys').set({ approval: 'each-use' }).execute() // tightened
    await it.records.db.deleteFrom('certificates').execute() // somebody's mistake

    const records = await opened(place, it.clock.read)
    const restored = await restoreBackup(records, source(lines), { replace: true, actor })
    expect(restored).toMatchObject({ continued: true, lost: [] })
    expect(await rows(await backupOf(place))).toHaveLength((await rows(lines)).length)
    const key = records.db.selectFrom('keys').selectAll().where('id', '=', alice.signKey.id)
    const as = { status: 'disabled', approval: 'each-use' }
    expect(await key.executeTakeFirst()).toMatchObject(as)
    const replica = await openReplica(it, place)
    open.push(replica.records)
    expect(await signIn(replica, alice, used)).toBe(401)
    const actions = records.db.selectFrom('auditEntries').select('action')
    expect(await actions.where('action', '=', 'key-switched-off').execute()).toHaveLength(1)
    expect(await verifyAudit(records.db)).toMatchObject({ kind: 'intact' })
  })

  test('what a backup of another past does not have is named as lost', async () => {
    const { place, it } = await company(kind)
    const other = await company('SQLite')
    const lines = await backupOf(other.place)
    const records = await opened(place, it.clock.read)
    const { lost } = await restoreBackup(records, source(lines), { replace: true, actor })
    expect(lost).toMatchObject([{ writer: it.records.journal.writer }])
    const [head] = lost
    expect((await lastActions(records.db))[1]).toEqual({
      action: 'audit-lost',
      digest: head?.hash,
      code: `${head?.writer}.${head?.sequence}`,
      actor,
    })
    expect(await verifyAudit(records.db)).toMatchObject({ kind: 'intact', writers: 2 })
  })

  test('one that is killed in the middle has changed nothing', async () => {
    const { place } = await company(kind)
    const before = await backupOf(place)
    const backup = join(folder, `${kind}.backup`)
    writeFileSync(backup, `${(await backupOf((await company('SQLite')).place)).join('\n')}\n`)
    const child = spawn(process.execPath, [KILLED, JSON.stringify(place), backup])
    const complaints: string[] = []
    child.stderr.on('data', (text: Buffer) => complaints.push(text.toString()))
    expect([...((await once(child, 'close')) as unknown[]), ...complaints]).toEqual([
      null,
      'SIGKILL',
    ])
    const after = await backupOf(place)
    expect(after.slice(1)).toEqual(before.slice(1).with(-1, after.at(-1)!)) // the heading has the time
  })
})

test('a damaged backup is refused, and nothing is changed', async () => {
  const lines = await backupOf((await company('SQLite')).place)
  const records = await opened(':memory:', () => new Date())
  const damaged: Record<string, string[]> = {
    'a row changed': lines.map((line) => line.replace('"alice"', '"mallory"')),
    'a row removed': lines.toSpliced(3, 1),
    cut: lines.slice(0, -1),
    'more at the end': [...lines, lines[3]!],
    'no backup': ['{"type":"entry"}'],
    'no lines': [],
    'of a newer version': lines.map((line) => line.replace('"schema":[1,', '"schema":[1000,1,')),
    'heads changed': lines.with(-1, lines.at(-1)!.replace('"sequence":', '"sequence":1')),
  }
  for (const [how, changed] of Object.entries(damaged)) {
    const restore = restoreBackup(records, source(changed), { replace: false, actor })
    await expect(restore, how).rejects.toMatchObject({ code: 'config/invalid' })
  }
  expect(await records.db.selectFrom('users').selectAll().execute()).toEqual([])
  expect(await records.db.selectFrom('auditEntries').selectAll().execute()).toEqual([])
})
