import { readFileSync } from 'node:fs'
import { expect, test } from './fixtures.ts'
import { backToList, rows, verdict } from './steps.ts'

/** The processes that this one has started. */
function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
  return list.trim().split(' ').filter(Boolean).map(Number)
}

test('A message that is opened while the HSM worker is killed still opens, and so does the next', async ({
  openAs,
  server,
}) => {
  const page = await openAs('alice')
  const [worker, ...more] = childrenOf(server.pid)
  if (worker === undefined || more.length > 0) throw new Error('expected one child: the HSM worker')
  const encrypted = rows(page).filter({ hasText: 'Protected subject' })
  const opened: string[] = []
  for (const which of [0, 1]) {
    if (which === 0) process.kill(worker, 'SIGKILL')
    await encrypted.nth(which).click()
    await expect(verdict(page)).toContainText('encrypted for you', { timeout: 20_000 })
    opened.push(page.url())
    await backToList(page)
  }
  expect(new Set(opened).size).toBe(2)
  expect(childrenOf(server.pid)).not.toContain(worker)
})
