import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { ScureBase32Plugin } from 'otplib'
import { open } from '#shared/smime/open.ts'
import type { TestServer } from '#test/support/server.ts'
import { readerThrough, signIn as signInByApi } from '#test/support/signed-in-reader.ts'
import { expect, test } from './fixtures.ts'
import { openBySubject, signIn, write } from './steps.ts'
import { filesBelow, secretsFound } from './secrets.ts'

const PLAINTEXT = 'two per cent of what we promised' // in an encrypted letter of the demo
const WRITTEN = 'canary: the keeper of the side gate sings'

test('After a full day nothing secret lies in the database, the log or the browser profile', async ({
  server,
  launchOptions,
  viewport,
}) => {
  const profile = mkdtempSync(join(tmpdir(), 'postern-profile-'))
  try {
    const codes: string[] = []
    const context = await chromium.launchPersistentContext(profile, { ...launchOptions, viewport })
    const page = context.pages()[0] ?? (await context.newPage())
    page.on('request', (request) => {
      if (!request.url().endsWith('/session/factor')) return
      codes.push(String((request.postDataJSON() as { code: unknown }).code))
    })
    await page.goto(server.origin)
    await signIn(page, server, 'alice')
    await openBySubject(page, 'Riverside: measured flow, week 44')
    await expect(page.getByText(PLAINTEXT)).toBeVisible()
    await write(page, { to: 'bob@example.com', subject: 'For the record', text: WRITTEN })
    await page.getByRole('switch', { name: 'Encrypt' }).click()
    await page.getByRole('button', { name: 'Send' }).click()
    await expect(page.getByText(WRITTEN)).toBeHidden()
    await context.close()

    expect(codes.length).toBeGreaterThan(0)
    const { password, seed } = server.login('alice')
    const secrets = {
      PIN: readFileSync(join(server.data, 'pin')),
      password: Buffer.from(password),
      'seed, as text': Buffer.from(seed),
      'seed, as bytes': Buffer.from(new ScureBase32Plugin().decode(seed)),
      'decrypted text': Buffer.from(PLAINTEXT),
      'written text': Buffer.from(WRITTEN),
      ...(await contentKeys(server)),
    }
    // Six digits stand in any file by chance, so codes are looked for where they could be written as such.
    const log = readFileSync(join(server.data, 'log', 'postern.log'), 'utf8')
    for (const code of codes) expect(log).not.toMatch(new RegExp(`\\b${code}\\b`))

    const kept = filesBelow(server.data).filter((path) => !/\/(?:demo|pin$)/.test(path))
    const searched = [...kept, ...filesBelow(profile)]
    expect(searched.some((path) => path.endsWith('postern.db'))).toBe(true)
    expect(searched.some((path) => path.startsWith(profile))).toBe(true)
    const ciphertext = { ciphertext: Buffer.from('application/pkcs7-mime') } // shows that the search finds
    expect(secretsFound(searched, ciphertext)).not.toEqual([])
    expect(secretsFound(searched, secrets)).toEqual([])
  } finally {
    rmSync(profile, { recursive: true, force: true })
  }
})

/** The content keys of alice's encrypted letters, asked for as the browser did, each also as text. */
async function contentKeys(server: TestServer): Promise<Record<string, Buffer>> {
  const reader = await readerThrough(await signInByApi(server, 'alice'))
  const found: Record<string, Buffer> = {}
  for (const path of filesBelow(join(server.data, 'mail', 'alice', 'inbox'))) {
    await open(new Uint8Array(readFileSync(path)), {
      ...reader,
      unwrap: async (request) => {
        const key = Buffer.from(await reader.unwrap(request))
        for (const form of ['latin1', 'hex', 'base64url'] as const) {
          found[`content key of ${path} (${form})`] = Buffer.from(key.toString(form), 'latin1')
        }
        return Uint8Array.from(key)
      },
    })
  }
  expect(Object.keys(found).length).toBeGreaterThan(0)
  return found
}
