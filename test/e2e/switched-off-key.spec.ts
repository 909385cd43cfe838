import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { demoLogin, freshCode } from '#test/support/demo-login.ts'
import type { TestServer } from '#test/support/server.ts'
import { expect, test } from './fixtures.ts'
import { backToList, openBySubject, rows, title, verdict } from './steps.ts'

const CLI = fileURLToPath(new URL('../../api/cli/postern.ts', import.meta.url))

function surroundings({ data }: TestServer) {
  const env = { ...process.env, POSTERN_DATA: data }
  return { env, encoding: 'utf8', timeout: 20_000 } as const
}

function postern(server: TestServer, ...args: string[]): string {
  return execFileSync(process.execPath, [CLI, ...args], surroundings(server))
}

function encryptionKeyOf(server: TestServer, username: string): string {
  const line = postern(server, 'key', 'list', username)
    .split('\n')
    .find((one) => one.includes('encrypt'))
  const id = /[A-Za-z0-9_-]{22}/.exec(line ?? '')?.[0]
  if (id === undefined) throw new Error(`no encryption key of ${username} is listed`)
  return id
}

/** Takes both administrators of the demo company, each with a code. */
async function switchOn(server: TestServer, key: string): Promise<void> {
  const { change } = JSON.parse(postern(server, 'key', 'switch-on', key, '--json')) as {
    change: { id: string }
  }
  for (const username of ['carol', 'bob']) {
    const input = await freshCode(demoLogin(server.data, username), { lasting: true })
    const words = ['change', 'confirm', change.id, '--as', username]
    execFileSync(process.execPath, [CLI, ...words], { ...surroundings(server), input })
  }
}

test('A key that is switched off is refused at once in an open session, and works again without reload', async ({
  openAs,
  server,
}) => {
  const page = await openAs('alice')
  await openBySubject(page, 'Change to the pump specification')
  const key = encryptionKeyOf(server, 'alice')

  postern(server, 'key', 'switch-off', key)
  try {
    await backToList(page)
    await rows(page).filter({ hasText: 'Protected subject' }).first().click()
    await expect(page.getByRole('alert')).toContainText('This key is switched off')
    await expect(verdict(page)).toBeHidden()
    await backToList(page)
    await page.getByRole('link', { name: 'Keys' }).click()
    await expect(page.getByText('Switched off')).toBeVisible()
    await page.goBack()
  } finally {
    await switchOn(server, key)
  }

  await rows(page).filter({ hasText: 'Protected subject' }).first().click()
  await page
    .getByRole('button', { name: 'Try again' })
    .click({ timeout: 3_000 })
    .catch(() => undefined)
  await expect(verdict(page)).toContainText('encrypted for you')
  await expect(title(page)).not.toHaveText('Protected subject')
})
