import { Hono } from 'hono'

/** The parts that a working server needs, each with the question whether it works now. */
export type ReadinessParts = Readonly<Record<string, () => boolean | Promise<boolean>>>

/**
 * `/healthz`: the process answers. `/readyz`: every part works, or 503. Open to everybody, so that a page without a
 * session notices the recovery; which part is away is for the metrics, and no business of strangers.
 */
export function readinessRoutes(parts: ReadinessParts): Hono {
  const app = new Hono()
  app.get('/healthz', (c) => c.json({ healthy: true }))
  app.get('/readyz', async (c) => {
    const ready = Object.values(await stateOf(parts)).every((working) => working)
    return c.json({ ready }, ready ? 200 : 503)
  })
  return app
}

/** Of each part, whether it works. */
export async function stateOf(parts: ReadinessParts): Promise<Record<string, boolean>> {
  const states = Object.entries(parts).map(
    async ([name, works]) => [name, await isWorking(works)] as const,
  )
  return Object.fromEntries(await Promise.all(states))
}

async function isWorking(works: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await works()
  } catch {
    return false // whatever stopped the part from answering, it is not ready; its own log says why
  }
}
