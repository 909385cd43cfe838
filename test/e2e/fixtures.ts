import { type BrowserContext, expect, type Page, test as base } from '@playwright/test'
import { startServer, type TestServer } from '#test/support/server.ts'
import { signIn } from './steps.ts'

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>

type ForEachTest = {
  /** Opens the app as this user, in a page of its own. */
  readonly openAs: (username: string) => Promise<Page>
}

type ForAllTests = {
  /** The real server, on a data folder of its own. */
  readonly server: TestServer
  /** Sign-ins that were made before: one-time codes come but twice a minute. */
  readonly sessions: Map<string, Cookies>
}

export const test = base.extend<ForEachTest, ForAllTests>({
  server: [
    async ({}, use) => {
      const server = await startServer()
      await use(server)
      await server.remove()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  sessions: [
    async ({}, use) => {
      await use(new Map())
    },
    { scope: 'worker' },
  ],
  openAs: async ({ browser, contextOptions, server, sessions }, use) => {
    const contexts: BrowserContext[] = []
    await use(async (username) => {
      const context = await browser.newContext(contextOptions)
      contexts.push(context)
      const page = await context.newPage()
      await context.addCookies(sessions.get(username) ?? [])
      await page.goto(server.origin)
      const inbox = page.getByRole('heading', { name: 'Inbox' })
      await expect(inbox.or(page.getByLabel('User name'))).toBeVisible()
      if (!(await inbox.isVisible())) await signIn(page, server, username)
      await expect(inbox).toBeVisible()
      sessions.set(username, await context.cookies())
      return page
    })
    for (const context of contexts) await context.close()
  },
})

export { expect } from '@playwright/test'
