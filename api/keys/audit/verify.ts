import {
  findLastCheckpoint,
  listAuditKeys,
  readCheckpoints,
} from '../../storage/audit-checkpoints.ts'
import {
  type AuditChain,
  countUnknownOutcomes,
  findEntryBeyondHead,
  listAuditChains,
  readChain,
} from '../../storage/audit-entries.ts'
import type { Db } from '../../storage/schema.ts'
import { ChainCheck } from './chain-check.ts'
import { CheckpointCheck, type Signed } from './checkpoint-check.ts'
import type { AuditVerdict, BadCheckpoint, BadEntry } from './verdict.ts'

const PAGE = 1000 // entries in memory at once
const LEAST = -(2 ** 31) // below any number of a checkpoint; one below 0 is out of place

/**
 * Verifies what was signed, then recomputes every chain from its start to its head, the oldest writer first, and
 * compares. Works while others write.
 * @param pins fingerprints of the only keys that may have signed; null: those that are recorded, which somebody who
 * writes to the database can replace
 */
export async function verifyAudit(
  db: Db,
  pins: ReadonlySet<string> | null = null,
): Promise<AuditVerdict> {
  const checkpoints = new CheckpointCheck(pins)
  const badCheckpoint = await verifyCheckpoints(db, checkpoints)
  if (badCheckpoint !== null) return badCheckpoint
  const chains = await listAuditChains(db) // after what was signed, so that it reaches as far
  let [entries, uncovered] = [0, 0]
  for (const chain of chains) {
    const signed = checkpoints.signed.get(chain.writer)
    const check = new ChainCheck({ writer: chain.writer, signed })
    const bad = await verifyChain(db, chain, check)
    if (bad !== null) return bad
    entries += check.entries
    uncovered += check.uncovered
  }
  const stray = (await strayEntry(db)) ?? signedWithoutChain(checkpoints.signed, chains)
  if (stray !== null) return stray
  const unknownOutcomes = await countUnknownOutcomes(db)
  const counted = { entries, writers: chains.length, unknownOutcomes, uncovered }
  return { kind: 'intact', ...counted, ...checkpoints.summary() }
}

async function verifyCheckpoints(db: Db, check: CheckpointCheck): Promise<BadCheckpoint | null> {
  for (const key of await listAuditKeys(db)) check.addKey(key)
  const upTo = (await findLastCheckpoint(db))?.number ?? -1
  for (let after = LEAST; after < upTo;) {
    const page = await readCheckpoints(db, after, upTo, PAGE)
    for (const checkpoint of page) {
      const bad = check.take(checkpoint)
      if (bad !== null) return bad
    }
    after = page.at(-1)?.number ?? upTo
  }
  return check.end()
}

async function verifyChain(db: Db, chain: AuditChain, check: ChainCheck): Promise<BadEntry | null> {
  for (let after = -1; after < chain.sequence;) {
    const page = await readChain(db, chain.writer, after, chain.sequence, PAGE)
    for (const entry of page) {
      const bad = check.take(entry)
      if (bad !== null) return bad
    }
    after = page.at(-1)?.sequence ?? chain.sequence
  }
  return check.end(chain)
}

async function strayEntry(db: Db): Promise<BadEntry | null> {
  const stray = await findEntryBeyondHead(db)
  return stray === null ? null : { kind: 'broken', ...stray, flaw: 'misplaced' }
}

/** A chain that was signed and has no head any more: all of it is gone. */
function signedWithoutChain(signed: Signed, chains: readonly AuditChain[]): BadEntry | null {
  const known = new Set(chains.map(({ writer }) => writer))
  const writer = [...signed.keys()].find((name) => !known.has(name))
  return writer === undefined ? null : { kind: 'broken', writer, sequence: 0, flaw: 'missing' }
}
