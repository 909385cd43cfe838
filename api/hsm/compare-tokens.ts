import type { Inventory } from './port.ts'
import type { WorkerWatch } from './worker-watch.ts'

/** A token beside the others that shall hold the same keys. */
export type Compared = {
  readonly watch: WorkerWatch
  /** False: its system keys are others than those of the first. */
  readonly isSame: boolean
  /** Whether it cannot be asked about this key, while another can. */
  readonly lacks: (id: string) => boolean
  /** Keys that others have, and it does not. */
  readonly missing: readonly string[]
  /** Keys that are others than the first token's of the same id. */
  readonly different: readonly string[]
}

/** Compares what tokens were seen to hold, each with those before it. One that was not seen yet is believed. */
export function compareTokens(watches: readonly WorkerWatch[]): Compared[] {
  const seen = watches.map((watch) => watch.inventory)
  const first = seen.find((inventory) => inventory !== null) ?? null
  const leading = new Map<string, string>()
  for (const inventory of seen) {
    if (inventory?.system !== first?.system) continue
    for (const [id, half] of inventory?.keys ?? []) if (!leading.has(id)) leading.set(id, half)
  }
  return watches.map((watch, at) => compareWith(watch, seen[at] ?? null, first, leading))
}

function compareWith(
  watch: WorkerWatch,
  inventory: Inventory | null,
  first: Inventory | null,
  leading: ReadonlyMap<string, string>,
): Compared {
  if (inventory === null) {
    const none = { missing: [], different: [] }
    return { watch, isSame: true, lacks: () => false, ...none }
  }
  const own = new Map(inventory.keys)
  const missing = [...leading.keys()].filter((id) => !own.has(id))
  const different = [...own].filter(([id, half]) => leading.get(id) !== half).map(([id]) => id)
  const lacking = new Set([...missing, ...different])
  const isSame = inventory.system === first?.system
  return { watch, isSame, lacks: (id) => lacking.has(id), missing, different }
}
