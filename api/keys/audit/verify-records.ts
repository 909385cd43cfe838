import { PosternError } from '#shared/errors.ts'
import type { AuditEntryRow, AuditHeadRow } from '../../storage/audit-rows.ts'
import { ChainCheck } from './chain-check.ts'
import { CheckpointCheck } from './checkpoint-check.ts'
import { type AuditRecord, jsonOfLine } from './export-line.ts'
import type { AuditVerdict, BadCheckpoint, BadEntry } from './verdict.ts'

type Records = () => AsyncIterable<AuditRecord>

/**
 * Verifies an audit that left its database: the same as `verifyAudit`, from records that are read twice.
 * @param of.pins fingerprints of the only keys that may have signed; null: those among the records
 * @param of.partial whether chains may begin and end elsewhere
 * @param of.heads where the chains end, if that is known
 */
export async function verifyRecords(
  records: Records,
  of: {
    readonly pins: ReadonlySet<string> | null
    readonly partial: boolean
    readonly heads?: readonly AuditHeadRow[]
  },
): Promise<AuditVerdict> {
  const checkpoints = new CheckpointCheck(of.pins)
  const bad = await checkSigned(records, checkpoints, of.partial)
  if (bad !== null) return bad
  const chains = new Map<string, ChainCheck>()
  const chainOf = (writer: string) => {
    const signed = checkpoints.signed.get(writer)
    const check = chains.get(writer) ?? new ChainCheck({ writer, signed, partial: of.partial })
    chains.set(writer, check)
    return check
  }
  const outcomes = new OpenOutcomes()
  for await (const record of records()) {
    if (record.type !== 'entry') continue
    const flaw = chainOf(record.writer).takeEarly(record)
    if (flaw !== null) return flaw
    outcomes.take(record)
  }
  if (!of.partial) for (const writer of checkpoints.signed.keys()) chainOf(writer)
  for (const { writer } of of.heads ?? []) chainOf(writer)
  const broken = brokenEnd(chains, of.heads)
  return broken ?? intact(chains, checkpoints, outcomes.unknown)
}

/** Operations that were let through, as long as their end is not known. */
class OpenOutcomes {
  readonly #open = new Set<string>()
  readonly #ended = new Set<string>() // before they began, where a clock was set back

  get unknown(): number {
    return this.#open.size
  }

  take({ phase, operation }: AuditEntryRow): void {
    if (phase === 'intent' && !this.#ended.delete(operation)) this.#open.add(operation)
    if (phase === 'result' && !this.#open.delete(operation)) this.#ended.add(operation)
  }
}

async function checkSigned(
  records: Records,
  check: CheckpointCheck,
  partial: boolean,
): Promise<BadCheckpoint | null> {
  let isFirst = partial
  for await (const record of records()) {
    if (record.type === 'key') check.addKey(record)
    if (record.type !== 'checkpoint') continue
    const bad = check.take(record, isFirst)
    if (bad !== null) return bad
    isFirst = false
  }
  return check.end()
}

function brokenEnd(
  chains: ReadonlyMap<string, ChainCheck>,
  heads: readonly AuditHeadRow[] | undefined,
): BadEntry | null {
  const byWriter = new Map(heads?.map((head) => [head.writer, head]))
  for (const [writer, chain] of chains) {
    const bad = chain.end(byWriter.get(writer) ?? null)
    if (bad !== null) return bad
  }
  return null
}

function intact(
  chains: ReadonlyMap<string, ChainCheck>,
  checkpoints: CheckpointCheck,
  unknownOutcomes: number,
): AuditVerdict {
  let [entries, uncovered] = [0, 0]
  for (const chain of chains.values()) {
    entries += chain.entries
    uncovered += chain.uncovered
  }
  const counted = { entries, writers: chains.size, unknownOutcomes, uncovered }
  return { kind: 'intact', ...counted, ...checkpoints.summary() }
}

/**
 * The record of an exported line, of either format.
 * @throws PosternError `config/invalid`
 */
export function parseExportLine(line: string): AuditRecord {
  const record = parseJson(jsonOfLine(line))
  if (isRecord(record)) return record
  throw new PosternError('config/invalid', 'A line is no part of an exported audit.')
}

/** What an order needs; all other members count only as far as hashes and signatures hold. */
function isRecord(value: unknown): value is AuditRecord {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false
  if (value.type === 'key') return 'fingerprint' in value && 'spki' in value
  const counter = value.type === 'checkpoint' ? 'number' : 'sequence'
  const isKnown = value.type === 'checkpoint' || value.type === 'entry'
  const { writer, [counter]: count } = value as Record<string, unknown>
  return isKnown && typeof writer === 'string' && Number.isInteger(count)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
