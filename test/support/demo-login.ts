import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generate } from 'otplib'
import { z } from 'zod'

const STEP = 30 // seconds, RFC 6238
const WINDOW = 1 // steps before and after the present one that a server takes

const demoFile = z.object({ username: z.string(), password: z.string(), seed: z.string() })

/** How a demo user signs in. `seed` is the base32 text an authenticator app would hold. */
export type DemoLogin = z.infer<typeof demoFile>

/** Reads a demo user's login from the data folder. */
export function demoLogin(data: string, username: string): DemoLogin {
  return demoFile.parse(JSON.parse(readFileSync(join(data, 'demo', `${username}.json`), 'utf8')))
}

/** The last time step whose code was handed out, by seed: a server takes steps in rising order only. */
const lastSteps = new Map<string, number>()

/**
 * A code of the earliest step that the server still takes; waits for the next step when all were handed out.
 * @param lasting of the latest step instead, for what takes its time: a process that starts first
 */
export async function freshCode({ seed }: DemoLogin, { lasting = false } = {}): Promise<string> {
  const now = (): number => Math.floor(Date.now() / 1000 / STEP)
  const earliest = now() + (lasting ? WINDOW : -WINDOW)
  const step = Math.max(earliest, (lastSteps.get(seed) ?? 0) + 1)
  lastSteps.set(seed, step)
  while (step > now() + WINDOW) await sleep(200)
  return generate({ secret: seed, epoch: step * STEP })
}
