import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

const ASK_AGAIN = 25 // ms

/**
 * Resolves as soon as `/readyz` of the server in `child` answers 200.
 * @param most milliseconds to wait
 * @throws Error when it exits before, or is not ready in time
 */
export async function untilReady(origin: string, child: ChildProcess, most: number): Promise<void> {
  const end = Date.now() + most
  while (!(await isReady(origin))) {
    if (child.exitCode !== null) throw new Error(`it left with exit code ${child.exitCode}`)
    if (Date.now() > end) throw new Error(`it was not ready in ${most / 1000} s`)
    await sleep(ASK_AGAIN)
  }
}

async function isReady(origin: string): Promise<boolean> {
  try {
    const answer = await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(2_000) })
    return answer.status === 200
  } catch {
    return false // nobody listens yet
  }
}
