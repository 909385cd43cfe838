import { readdirSync, readFileSync } from 'node:fs'

/** Peak memory is looked for this often, in milliseconds: allocations of a start last longer. */
const LOOK_EVERY = 50

/** The processes that a process started itself. Linux only: reads /proc. */
export function childrenOf(pid: number): number[] {
  return [...parentsNow()].flatMap(([child, parent]) => (parent === pid ? [child] : []))
}

/** Bytes of memory held by a process and all below it, or 0 when it is gone. Linux only: reads /proc. */
export function treeMemory(pid: number): number {
  const parents = parentsNow()
  let total = 0
  for (const process of parents.keys()) {
    if (isBelow(process, pid, parents)) total += statusNumber(process, 'VmRSS') * 1024
  }
  return total
}

/** Watches a process tree until `stop`, which answers the most bytes ever held at once. */
export function watchMemory(pid: number): { stop: () => number } {
  let peak = 0
  const look = (): void => {
    peak = Math.max(peak, treeMemory(pid))
  }
  const timer = setInterval(look, LOOK_EVERY)
  return {
    stop: () => {
      look()
      clearInterval(timer)
      return peak
    },
  }
}

function parentsNow(): Map<number, number> {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), statusNumber(Number(name), 'PPid'))
  }
  return parents
}

function isBelow(pid: number, ancestor: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 0; at = parents.get(at)) {
    if (at === ancestor) return true
  }
  return false
}

/** A number of /proc/<pid>/status; 0 when the process ended meanwhile or has no such line. */
function statusNumber(pid: number, name: string): number {
  try {
    const line = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(
      readFileSync(`/proc/${pid}/status`, 'utf8'),
    )
    return Number(line?.[1] ?? 0)
  } catch {
    return 0
  }
}
