import { readFileSync } from 'node:fs'

const TICK = 10 // milliseconds: Linux counts processor time in hundredths of a second (times(2))

/** Milliseconds of processor time that a process has used so far. Linux only: reads /proc. */
export function processorTime(pid: number): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK // utime, stime (proc(5))
}

/** Process ids of those that a process has started itself. Linux only. */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
  return (text.match(/\d+/g) ?? []).map(Number)
}
