/** Does one operation for one of the clients; throws when it did not succeed. */
export type Ask = (client: number) => Promise<unknown>

/** What was seen: operations a second, and milliseconds at two places of their distribution. */
export type Seen = { readonly perSecond: number; readonly p50: number; readonly p99: number }

/**
 * Lets so many clients ask for `seconds`, each as soon as its last answer came, or all together `perSecond` times a
 * second. The first part, while machines warm up, is not counted.
 */
export async function load(
  ask: Ask,
  of: { readonly clients: number; readonly seconds: number; readonly perSecond?: number },
): Promise<Seen> {
  await run(ask, { ...of, seconds: of.seconds / 4 })
  const begin = performance.now()
  const times = await run(ask, of)
  const seconds = (performance.now() - begin) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? NaN
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) }
}

async function run(
  ask: Ask,
  of: { readonly clients: number; readonly seconds: number; readonly perSecond?: number },
): Promise<number[]> {
  const times: number[] = []
  const end = performance.now() + of.seconds * 1000
  const pause = of.perSecond === undefined ? 0 : (1000 * of.clients) / of.perSecond
  const client = async (index: number): Promise<void> => {
    let due = performance.now() + (pause * index) / of.clients
    while (due < end && performance.now() < end) {
      if (pause > 0) await until(due)
      const begin = pause > 0 ? due : performance.now() // a late start counts, too
      await ask(index)
      times.push(performance.now() - begin)
      due += pause
    }
  }
  await Promise.all(Array.from({ length: of.clients }, (_, index) => client(index)))
  return times
}

function until(time: number): Promise<void> {
  const left = time - performance.now()
  return left <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, left))
}
