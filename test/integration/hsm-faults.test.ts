import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { Hsm, TokenKey } from '#api/hsm/port.ts'
import { utf8 } from '#shared/bytes.ts'
import { isPosternError } from '#shared/errors.ts'
import { RemoteToken } from '#test/support/p11-kit.ts'
import { findP11KitClient } from '#test/support/p11-kit-client.mjs'
import { createSoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { keepLog, makeKey } from '#test/support/test-hsm.ts'

// What happens to a token on the wire (security.md H.11): killed, back, stalled.

declare module 'vitest' {
  interface ProvidedContext {
    /** How long the token stalls, in milliseconds: 60,000 in `npm run test:long`. */
    stall: number
  }
}

const STALL = inject('stall')
const FULL_STALL = 60_000
const PATIENCE = 120_000

let token: SoftToken
let remote: RemoteToken
let hsm: Hsm
let key: TokenKey

const sign = () => hsm.sign({ key, scheme: 'ecdsa', digest: 'sha-256', message: utf8('m') })

/** Figures for who reads along; what must hold is expected. */
function report(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** The time until an operation succeeds again, in milliseconds. */
async function untilServed(): Promise<number> {
  const since = performance.now()
  for (;;) {
    const done = await sign().catch((error: unknown) => {
      if (!isPosternError(error, 'hsm/unavailable')) throw error
      return null
    })
    if (done !== null) return performance.now() - since
    if (performance.now() - since > PATIENCE) throw new Error('it did not come back')
    await sleep(50)
  }
}

describe.runIf(findP11KitClient() !== null)('a token behind a process of its own', () => {
  beforeEach(async () => {
    token = await createSoftToken()
    remote = new RemoteToken(token)
    await remote.start()
    hsm = await remote.open(keepLog())
    key = (await makeKey(hsm, 'sign', 'ec-p256')).key
  })

  afterEach(async () => {
    await hsm.close()
    remote.kill()
    await token.remove()
  })

  test(
    'that is killed is answered by "unavailable" and a time to come back, and serves again once it is back',
    async () => {
      await sign()
      remote.kill()
      const waits: number[] = []
      for (let round = 0; round < 10; round++) {
        const since = performance.now()
        const refused = await sign().catch((error: unknown) => error)
        waits.push(performance.now() - since)
        expect(refused).toMatchObject({ code: 'hsm/unavailable' })
        expect((refused as { retryAfter?: number }).retryAfter).toBeGreaterThanOrEqual(1)
        await sleep(200)
      }
      await remote.start()
      const back = await untilServed()
      const slowest = Math.max(...waits)
      report(`killed: refused within ${slowest.toFixed()} ms, back in ${back.toFixed()} ms`)
      expect(slowest).toBeLessThan(STALL === FULL_STALL ? 2_000 : 10_000)
      expect(back).toBeLessThan(STALL === FULL_STALL ? 5_000 : 30_000)
    },
    PATIENCE,
  )

  test(
    'that stalls holds up nobody but those who ask for it',
    async () => {
      await sign()
      remote.stall()
      const lag = monitorEventLoopDelay({ resolution: 10 })
      lag.enable()
      const asked: Promise<unknown>[] = []
      for (const until = performance.now() + STALL; performance.now() < until;) {
        asked.push(sign().catch((error: unknown) => error))
        await sleep(200)
      }
      lag.disable()
      remote.goOn()
      const outcomes = await Promise.all(asked)
      const [p99, longest] = [lag.percentile(99) / 1e6, lag.max / 1e6]
      const back = await untilServed()
      report(
        `stalled ${STALL} ms: lag p99 ${p99.toFixed(1)} ms, at most ${longest.toFixed()} ms; back in ${back.toFixed()} ms`,
      )
      for (const outcome of outcomes) {
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'hsm/unavailable' })
      }
      expect(asked.length).toBeGreaterThan(STALL / 1000)
      expect(p99).toBeLessThan(STALL === FULL_STALL ? 50 : STALL / 2)
    },
    STALL + PATIENCE,
  )
})
