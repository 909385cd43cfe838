import {
  type AuditChain,
  countUnknownOutcomes,
  findEntryBeyondHead,
  listAuditChains,
  readChain,
} from '../../storage/audit-entries.ts'
import type { AuditEntryRow, Db } from '../../storage/schema.ts'
import { hashEntry, type Link, START_OF_CHAIN } from './entry.ts'

const PAGE = 1000 // entries in memory at once

/** What is wrong with an entry: it was changed, it is not where it was written, or it is gone. */
export type Flaw = 'changed' | 'misplaced' | 'missing'

export type AuditVerdict =
  | {
      readonly kind: 'intact'
      readonly entries: number
      readonly writers: number
      /** Operations that were let through and whose end is not known. */
      readonly unknownOutcomes: number
    }
  | {
      readonly kind: 'broken'
      /** The first bad entry: its writer's chain, and its place there counted from 0. */
      readonly writer: string
      readonly sequence: number
      readonly flaw: Flaw
    }

type Broken = Extract<AuditVerdict, { kind: 'broken' }>

/** Recomputes every chain from its start to its head, the oldest writer first. Works while others write. */
export async function verifyAudit(db: Db): Promise<AuditVerdict> {
  const chains = await listAuditChains(db)
  let entries = 0
  for (const chain of chains) {
    const broken = await verifyChain(db, chain)
    if (broken !== null) return broken
    entries += chain.sequence + 1
  }
  const stray = await findEntryBeyondHead(db)
  if (stray !== null) return { kind: 'broken', ...stray, flaw: 'misplaced' }
  return {
    kind: 'intact',
    entries,
    writers: chains.length,
    unknownOutcomes: await countUnknownOutcomes(db),
  }
}

async function verifyChain(db: Db, chain: AuditChain): Promise<Broken | null> {
  let link: Link = START_OF_CHAIN
  while (link.sequence < chain.sequence) {
    const page = await readChain(db, chain.writer, link.sequence, chain.sequence, PAGE)
    if (page.length === 0) return brokenAt(chain.writer, link.sequence + 1, 'missing')
    for (const entry of page) {
      const flaw = flawOf(entry, link)
      if (flaw !== null) return brokenAt(chain.writer, link.sequence + 1, flaw)
      link = entry
    }
  }
  return link.hash === chain.hash ? null : brokenAt(chain.writer, chain.sequence, 'changed')
}

function flawOf(entry: AuditEntryRow, after: Link): Flaw | null {
  if (entry.sequence !== after.sequence + 1) return 'missing'
  if (entry.hash !== hashEntry(entry)) return 'changed'
  return entry.previous === after.hash ? null : 'misplaced'
}

function brokenAt(writer: string, sequence: number, flaw: Flaw): Broken {
  return { kind: 'broken', writer, sequence, flaw }
}
