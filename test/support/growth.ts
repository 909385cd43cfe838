const MORE = 8
const ROUNDS = 10

/**
 * How many times as long eight times as much takes, by the quickest of ten runs each: about 8 where time is
 * in proportion, 64 where it is to the square. It ends as soon as it is below `bound`; processor time, which does
 * not tell how busy the machine is with others.
 */
export function growth(run: (size: number) => unknown, size: number, bound: number): number {
  const quickest = { little: Infinity, much: Infinity }
  for (let round = 0; round < ROUNDS; round++) {
    quickest.little = Math.min(quickest.little, timeOf(run, size))
    quickest.much = Math.min(quickest.much, timeOf(run, MORE * size))
    if (quickest.much < bound * quickest.little) break
  }
  return quickest.much / quickest.little
}

/** Microseconds of processor time, at least one. */
function timeOf(run: (size: number) => unknown, size: number): number {
  const before = process.cpuUsage()
  run(size)
  const { user, system } = process.cpuUsage(before)
  return Math.max(1, user + system)
}
