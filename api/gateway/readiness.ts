import { Hono } from 'hono'

/** The parts that a working server needs, each with the question whether it works now. */
export type ReadinessParts = Readonly<Record<string, () => boolean | Promise<boolean>>>

/**
 * `/healthz`: the process answers. `/readyz`: every part works, or 503 and which does not. Open to everybody, so
 * that a page without a session notices the recovery; it says nothing that is not plain from outside.
 */
export function readinessRoutes(parts: ReadinessParts): Hono {
  const app = new Hono()
  app.get('/healthz', (c) => c.json({ healthy: true }))
  app.get('/readyz', async (c) => {
    const states = await Promise.all(
      Object.entries(parts).map(async ([name, works]) => [name, await isWorking(works)] as const),
    )
    const ready = states.every(([, working]) => working)
    return c.json({ ready, parts: Object.fromEntries(states) }, ready ? 200 : 503)
  })
  return app
}

async function isWorking(works: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await works()
  } catch {
    return false // whatever stopped the part from answering, it is not ready; its own log says why
  }
}
