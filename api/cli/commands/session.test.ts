import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandLine } from '#test/support/command-line.ts'
import { openCompany } from '#test/support/key-company.ts'
import { problemOf } from '#test/support/key-client.ts'
import { signedInWithPasskey } from '#test/support/passkey-steps.ts'

test('an operator sees where a user is signed in and ends it, and finds and removes their passkey', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-cli-'))
  const company = await openCompany(join(folder, 'postern.db'))
  const alice = await company.hire('alice')
  const one = await company.signedIn(alice)
  const { client: other } = await signedInWithPasskey(company, alice)
  const postern = commandLine(folder, { hsm: company.hsm, secrets: [] })
  const { stdout } = await postern(['session', 'list', 'alice', '--json'])
  const { sessions } = JSON.parse(stdout) as { sessions: { id: string }[] }
  expect(sessions).toMatchObject([
    { device: 'Phone', means: 'password totp' },
    { device: 'Phone', means: 'password totp' },
  ])
  expect(stdout).not.toContain('secretHash')
  expect((await postern(['session', 'list', 'alice'])).stdout).toContain('password, totp')
  const ended = await postern(['session', 'end', 'alice', '--session', sessions[0]!.id])
  expect(ended).toMatchObject({ exitCode: 0, stdout: 'alice is signed out there.\n' })
  expect((await problemOf(await other.get('/keys'))).code).toBe('session/expired')
  expect((await one.get('/keys')).status).toBe(200)
  expect((await postern(['session', 'end', 'alice', '--session', 'none'])).exitCode).toBe(1)
  expect((await postern(['session', 'end', 'alice'])).stdout).toBe('alice is signed out.\n')
  expect((await problemOf(await one.get('/keys'))).code).toBe('session/expired')
  const said = company.records.db.selectFrom('auditEntries').select(['actor'])
  const actors = await said.where('action', '=', 'sign-out').execute()
  expect(actors).toHaveLength(2)
  expect(actors.every(({ actor }) => actor !== null)).toBe(true)

  const listed = await postern(['factor', 'list', 'alice', '--json'])
  const { factors } = JSON.parse(listed.stdout) as { factors: { id: string; kind: string }[] }
  const passkey = factors.find(({ kind }) => kind === 'passkey')
  expect((await postern(['factor', 'remove', 'alice', passkey!.id])).exitCode).toBe(0)
  expect((await postern(['factor', 'list', 'alice'])).stdout).not.toContain('passkey')
  await company.records.db.destroy()
  rmSync(folder, { recursive: true })
})
