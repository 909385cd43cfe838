/** Milliseconds of processor time that one hostile message may take: the bar is a second. */
export const MOST_EFFORT = 1000

/**
 * What a run gives, and the milliseconds of processor time that this process spent on it: unlike the clock, they do
 * not tell how busy the machine is with others.
 */
export async function withEffort<Result>(
  run: () => Promise<Result>,
): Promise<{ result: Result; effort: number }> {
  const before = process.cpuUsage()
  const result = await run()
  const { user, system } = process.cpuUsage(before)
  return { result, effort: (user + system) / 1000 }
}
