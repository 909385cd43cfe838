import { readFileSync, writeFileSync } from 'node:fs'
import type { Browser } from '@playwright/test'

/**
 * The most memory that the browser's renderers hold at once while `work` is done, in bytes above what they
 * held before. Linux only: the kernel keeps the peak (proc(5): `VmHWM`, `clear_refs`).
 */
export async function peakOf(browser: Browser, work: () => Promise<unknown>): Promise<number> {
  const pids = await rendererPids(browser)
  for (const pid of pids) writeFileSync(`/proc/${String(pid)}/clear_refs`, '5')
  const before = pids.map((pid) => statusBytes(pid, 'VmRSS'))
  await work()
  const peaks = pids.map((pid) => statusBytes(pid, 'VmHWM'))
  return peaks.reduce((sum, peak, index) => sum + peak - (before[index] ?? 0), 0)
}

async function rendererPids(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
}

function statusBytes(pid: number, name: string): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8')
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) * 1024
}
