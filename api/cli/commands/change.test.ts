import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Change } from '#shared/contract/admin/changes.ts'
import { commandLine } from '#test/support/command-line.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { currentCode } from '../../keys/auth/one-time-code.ts'
import { listKeys } from '../../storage/keys.ts'

let folder = ''
let company: KeyCompany
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-change-'))
  company = await openCompany(join(folder, 'postern.db'))
})
afterEach(async () => {
  await company.records.db.destroy()
  rmSync(folder, { recursive: true })
})

const postern = (words: string[], secrets: string[] = []) =>
  commandLine(folder, { hsm: company.hsm, secrets })(words)

function promote({ user }: Person) {
  return company.records.db
    .updateTable('users')
    .set({ roles: 'admin' })
    .where('id', '=', user.id)
    .execute()
}

async function confirmAs({ user, seed }: Person, id: string) {
  const code = await currentCode(seed, new Date())
  return postern(['change', 'confirm', id, '--as', user.username], [code])
}

function changeIn(stdout: string): Change {
  return (JSON.parse(stdout) as { change: Change }).change
}

async function statusOf({ id }: Person['encryptKey'], { user }: Person) {
  return (await listKeys(company.records.db, user.id)).find((key) => key.id === id)?.status
}

test('what an operator asks for takes two administrators with their codes', async () => {
  const [alice, bob, carol] = [
    await company.hire('alice'),
    await company.hire('bob'),
    await company.hire('carol'),
  ]
  await promote(bob)
  await promote(carol)
  await postern(['key', 'switch-off', alice.encryptKey.id])
  const asked = await postern(['key', 'switch-on', alice.encryptKey.id])
  expect(asked).toMatchObject({ exitCode: 0, stderr: '' })
  expect(asked.stdout).toContain(`switch key ${alice.encryptKey.id} of alice on`)
  const { id } = changeIn(
    (await postern(['key', 'switch-on', alice.encryptKey.id, '--json'])).stdout,
  )
  expect(asked.stdout).toContain(`postern change confirm ${id} --as`)
  const first = await confirmAs(carol, id)
  expect(first.stdout).toBe(`carol agrees. One more administrator has to confirm change ${id}.\n`)
  expect(await statusOf(alice.encryptKey, alice)).toBe('disabled')
  const again = await postern(['change', 'confirm', id, '--as', 'carol'], ['123456'])
  expect(again).toMatchObject({ exitCode: 1, stdout: '' })
  const nobody = await confirmAs(alice, id)
  expect(nobody.stderr).toBe('postern: There is no such open change.\n')
  const second = await confirmAs(bob, id)
  expect(second.stdout).toContain('carol and bob agreed. It is done')
  expect(await statusOf(alice.encryptKey, alice)).toBe('active')
  const list = await postern(['change', 'list'])
  expect(list.stdout).toContain(`${id}  done`)
  const { stdout } = await postern(['key', 'history', 'alice'])
  expect(stdout).toMatch(/key-switched-on +done +administrator bob/)
  expect(stdout).toMatch(/change-confirmed +done +administrator carol \(an operator\)/)
  expect(stdout).toMatch(/key-switched-off +done +an operator/)
})

test('a wrong code changes nothing, and an operator withdraws', async () => {
  const carol = await company.hire('carol')
  await promote(carol)
  await postern(['key', 'switch-off', carol.signKey.id])
  const asked = await postern(['key', 'switch-on', carol.signKey.id, '--json'])
  const { id, actsAt } = changeIn(asked.stdout)
  expect(actsAt).not.toBeNull()
  const wrong = await postern(['change', 'confirm', id, '--as', 'carol'], ['12345'])
  expect(wrong.stderr).toBe('postern: This cannot be a code.\n')
  expect((await postern(['change', 'withdraw', id])).stdout).toBe(`Change ${id} is withdrawn.\n`)
  expect((await postern(['change', 'withdraw', id])).exitCode).toBe(1)
  expect(await statusOf(carol.signKey, carol)).toBe('disabled')
})

test('a policy is tightened at once, and loosened by two', async () => {
  const [bob, carol] = [await company.hire('bob'), await company.hire('carol')]
  await promote(bob)
  await promote(carol)
  const key = bob.signKey.id
  const tight = await postern(['policy', 'set', key, '--per-day', '20', '--approval', 'each-use'])
  expect(tight.stdout).toBe(`The policy of key ${key} is as you said.\n`)
  const loose = await postern([
    'policy',
    'set',
    key,
    '--approval-above',
    'none',
    '--per-day',
    '30',
    '--json',
  ])
  const { id, content } = changeIn(loose.stdout)
  expect(content).toEqual({
    kind: 'loosen-key-policy',
    key,
    change: { approvalAbove: null, perDay: 30 },
  })
  expect((await postern(['policy', 'show', key])).stdout).toMatch(/per-day +20\n/)
  await confirmAs(bob, id)
  await confirmAs(carol, id)
  const shown = (await postern(['policy', 'show', key])).stdout
  expect(shown).toMatch(/per-day +30\n/)
  expect(shown).toMatch(/approval +each-use\n/)
  for (const words of [['--per-day', 'x'], ['--per-day', '-1'], ['--offline-days', ''], []]) {
    expect((await postern(['policy', 'set', key, ...words])).exitCode).not.toBe(0)
  }
})

test('the first two administrators are made at the machine, and a third by both', async () => {
  const people = [
    await company.hire('alice'),
    await company.hire('bob'),
    await company.hire('carol'),
  ]
  const [alice, bob] = people
  for (const { user } of people.slice(0, 2)) {
    const made = await postern(['user', 'roles', user.username, '--role', 'admin'])
    expect(made.stdout).toBe(`${user.username} has admin now.\n`)
  }
  const third = await postern(['user', 'roles', 'carol', '--role', 'admin', '--json'])
  const { id } = changeIn(third.stdout)
  expect((await postern(['user', 'roles', 'carol'])).stdout).toBe('carol: no role\n')
  await confirmAs(alice!, id)
  await confirmAs(bob!, id)
  expect((await postern(['user', 'roles', 'carol'])).stdout).toBe('carol: admin\n')
  await postern(['user', 'roles', 'carol', '--none'])
  await postern(['user', 'remove', 'bob'])
  const last = await postern(['user', 'roles', 'alice', '--none'])
  expect(last).toMatchObject({
    exitCode: 1,
    stderr: 'postern: Nobody would be left to administrate.\n',
  })
  expect((await postern(['user', 'remove', 'alice'])).exitCode).toBe(1)
  expect((await postern(['user', 'list'])).stdout).toMatch(/^bob .* removed$/m)
})

test('who lost everything begins anew with a code, and their keys are off until two switch them on', async () => {
  const alice = await company.hire('alice')
  const { stdout } = await postern(['user', 'reset', 'alice', '--json'])
  const { enrolment } = JSON.parse(stdout) as { enrolment: { code: string } }
  expect(enrolment.code).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/)
  expect(await statusOf(alice.encryptKey, alice)).toBe('disabled')
})
