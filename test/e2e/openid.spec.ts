import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '#api/storage/db.ts'
import { putSetting } from '#api/storage/settings.ts'
import { CLIENT, startOpenId, type TestOpenId } from '#test/support/openid-provider.ts'
import { freePort, startServer, type TestServer } from '#test/support/server.ts'
import { expect, test } from './fixtures.ts'

let folder: string
let provider: TestOpenId
let elsewhere: TestServer
let origin: string

test.beforeAll(async () => {
  const port = await freePort()
  origin = `http://localhost:${String(port)}`
  provider = await startOpenId([`${origin}/api/v1/session/openid/callback`])
  folder = mkdtempSync(join(tmpdir(), 'postern-openid-'))
  const secretFile = join(folder, 'secret')
  writeFileSync(secretFile, CLIENT.clientSecret)
  chmodSync(secretFile, 0o400)
  elsewhere = await startServer({
    port,
    env: {
      POSTERN_OPENID_ISSUER: provider.issuer,
      POSTERN_OPENID_CLIENT: CLIENT.clientId,
      POSTERN_OPENID_SECRET_FILE: secretFile,
      POSTERN_OPENID_NAME: 'Company login',
    },
  })
  const db = await openDatabase(join(elsewhere.data, 'postern.db'))
  const value = JSON.stringify({ openIdLinksByAddress: true, passwords: false })
  await putSetting(db, { section: 'signIn', value, changedAt: new Date().toISOString() })
  await db.destroy()
})

test.afterAll(async () => {
  await elsewhere.remove()
  await provider.stop()
  rmSync(folder, { recursive: true })
})

test('A user signs in at the company’s provider, shows a code, and is where they wanted to be', async ({
  page,
}) => {
  const goThere = page.getByRole('button', { name: 'Sign in with Company login' })
  await page.goto(origin)
  await expect(goThere).toBeVisible()
  await expect(page.getByLabel('Password')).toHaveCount(0)
  await goThere.click()
  await expect(page.getByRole('alert')).toContainText('You did not sign in there')
  expect(new URL(page.url()).search).toBe('')

  provider.account = { subject: 'm-1', email: 'mallory@example.com', emailVerified: true }
  await goThere.click()
  await expect(page.getByRole('alert')).toContainText('tied to nobody here')

  provider.account = { subject: 'a-1', email: 'alice@example.com', emailVerified: true }
  await goThere.click()
  await page.getByLabel('One-time code').fill(await elsewhere.code('alice'))
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible()
  const cookies = await page.context().cookies(origin) // the provider's too: cookies know no ports
  const ours = cookies.filter(({ name }) => name.startsWith('__Host-'))
  expect(ours.map(({ name, sameSite }) => [name, sameSite])).toEqual([['__Host-postern', 'Strict']])
})
