import { treeMemory } from '../process-tree.ts'
import type { Desk } from './desk.ts'
import type { Kind } from './operations.ts'
import { overHttp } from './over-http.ts'

/** Bytes, medians over a fifth of the time each. */
export type MemorySeen = { readonly early: number; readonly late: number }

const LOOKS = 50 // ten in a fifth

/** Memory of the server and its worker under full load: after its first fifth, when all is warm, and in its last. */
export async function memoryOver(
  desk: Desk,
  kind: Kind,
  of: { readonly clients: number; readonly minutes: number },
): Promise<MemorySeen> {
  const seconds = of.minutes * 60
  const seen: number[] = []
  const look = (): number => seen.push(treeMemory(desk.server.pid))
  const timer = setInterval(look, (seconds * 1000) / LOOKS)
  await overHttp(desk, kind, { clients: of.clients, seconds })
  clearInterval(timer)
  const fifth = Math.floor(seen.length / 5)
  return { early: median(seen.slice(fifth, 2 * fifth)), late: median(seen.slice(-fifth)) }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}
