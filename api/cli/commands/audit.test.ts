import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commandLine } from '#test/support/command-line.ts'
import { type SignedAudit, writeSignedAudit } from '#test/support/signed-audit.ts'

let folder = ''
let audit: SignedAudit
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-audit-'))
  audit = await writeSignedAudit(12, 5, join(folder, 'postern.db'))
})
afterEach(async () => {
  await audit.db.destroy()
  rmSync(folder, { recursive: true })
})

const postern = (...words: string[]) => commandLine(folder)(['audit', ...words])
const inFolder = (name: string) => join(folder, name)

async function keyOfToken() {
  const [checkpoint] = await audit.db.selectFrom('auditCheckpoints').selectAll().execute()
  return { spki: (await audit.hsm.signCheckpoint(checkpoint!)).spki, name: checkpoint!.key }
}

test('what is intact is told with how far the token vouches for it, and by which key', async () => {
  const { spki, name } = await keyOfToken()
  const { stdout, exitCode } = await postern('verify')
  expect(exitCode).toBe(0)
  expect(stdout).toBe(`The audit is intact: 13 entries by 1 writer.
Checkpoints signed by the token: 2, the last at 2025-03-01T09:00:10.000Z.
Key: ${name} (as recorded here; --key compares it with the right one).
Entries after the last checkpoint, which only the chain covers: 2.
`)
  writeFileSync(inFolder('key.der'), spki)
  for (const key of [inFolder('key.der'), name.toUpperCase()]) {
    const pinned = await postern('verify', '--key', key)
    expect(pinned.stdout).toContain(`Key: ${name} (which you named).`)
  }
  const other = await postern('verify', '--key', 'ab'.repeat(32))
  expect(other.stdout).toContain('the first bad checkpoint is number 0 (unknown-key)')
  expect(other.exitCode).toBe(1)
  const none = await postern('verify', '--key', inFolder('postern.db'))
  expect(none.stderr).toContain('is neither a fingerprint')
})

test('a changed audit is named with its first bad entry, and exit code 1', async () => {
  const { db, writer } = audit
  await db.updateTable('auditEntries').set({ keyId: 'x' }).where('sequence', '=', 4).execute()
  expect(await postern('verify')).toEqual({
    stdout: `The audit is broken: the first bad entry is number 4 of writer ${writer} (changed).\n`,
    stderr: '',
    exitCode: 1,
  })
  const { stdout } = await postern('verify', '--json')
  const expected = { kind: 'broken', writer, sequence: 4, flaw: 'changed' }
  expect(JSON.parse(stdout)).toEqual(expected)
})

test.each(['jsonl', 'syslog'])(
  'exported as %s to a file of its own, it is verified far from here',
  async (format) => {
    const { name } = await keyOfToken()
    const out = inFolder('audit')
    const { stdout, stderr, exitCode } = await postern('export', '--format', format, '--out', out)
    expect([stdout, exitCode]).toEqual(['', 0])
    expect(stderr).toMatch(/^cursor [\w-]+\n$/)
    expect(statSync(out).mode & 0o777).toBe(0o600)
    const elsewhere = commandLine(inFolder('elsewhere'))
    const verify = ['audit', 'verify', '--file', out, '--key', name]
    expect((await elsewhere(verify)).stdout).toContain('13 entries by 1 writer')
    writeFileSync(out, readFileSync(out, 'utf8').replace('"done"', '"failed"'))
    expect((await elsewhere(verify)).stdout).toContain('is number 1 of writer')
    const again = await postern('export', '--format', format, '--out', out)
    expect(again.stderr).toContain('is there already')
  },
)

test('an export since the cursor of another has only what is new', async () => {
  const first = await postern('export', '--format', 'jsonl')
  expect(first.stdout.trimEnd().split('\n')).toHaveLength(1 + 2 + 13)
  const cursor = first.stderr.replace('cursor ', '').trimEnd()
  const { journal } = audit
  await journal.write((_tx, append) => {
    append({ phase: 'event', action: 'sign-out', operation: 'o', outcome: 'done' })
    return Promise.resolve()
  })
  const second = await postern('export', '--format', 'jsonl', '--since', cursor)
  const types = second.stdout.trimEnd().split('\n')
  expect(types.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['key', 'entry'])
  expect(second.stdout).toContain('"sign-out"')
})

test('times, cursors and files that are none are refused', async () => {
  const never = await postern('export', '--format', 'syslog', '--from', 'never')
  expect([never.stdout, never.exitCode]).toEqual(['', 1])
  expect(never.stderr).toContain('"never" is no time')
  const since = await postern('export', '--format', 'syslog', '--since', '2025-03-01')
  expect(since.stderr).toContain('This is no cursor')
  const absent = await postern('verify', '--file', inFolder('absent'))
  expect(absent.stderr).toContain('absent cannot be read')
  const other = await postern('verify', '--file', inFolder('postern.db'))
  expect(other.stderr).toContain('no part of an exported audit')
})
