import type { Browser, Page } from '@playwright/test'

/** What is read of an event in a trace; times in microseconds. */
type TraceEvent = {
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly dur?: number
  readonly args?: { readonly name?: string }
}

const MAIN_THREAD = 'CrRendererMain'

/** Milliseconds of the longest task on the page's main thread while `work` is done. */
export async function longestTask(
  browser: Browser,
  page: Page,
  work: () => Promise<unknown>,
): Promise<number> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] })
  await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[]
  }
  const mainThreads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === MAIN_THREAD)
      .map(({ pid, tid }) => `${String(pid)}/${String(tid)}`),
  )
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) =>
      name.endsWith('RunTask') && mainThreads.has(`${String(pid)}/${String(tid)}`),
  )
  if (tasks.length === 0) throw new Error('the trace shows no task')
  return Math.max(...tasks.map(({ dur }) => dur ?? 0)) / 1000
}
