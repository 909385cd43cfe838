import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { verifyAudit } from '#api/keys/audit/verify.ts'
import type { Figure } from '../bench/emit.ts'
import type { Say } from './progress.ts'
import { type Received, signUntil } from './signers.ts'
import type { Site } from './site.ts'

const CASE = 'kill -9 while two replicas sign (H10)'
const LOOK_EVERY = 10 // milliseconds
const AWAY = 300 // milliseconds until what was killed is started again

/** What may be killed; each comes back, by itself or by `back`. */
const VICTIMS = ['API', 'worker', 'database'] as const
type Victim = (typeof VICTIMS)[number]

/** So many runs of so many signatures. In each, one process is killed at a moment of chance. */
export async function crashes(
  site: Site,
  { runs, signs }: { readonly runs: number; readonly signs: number },
  say: Say,
): Promise<Figure[]> {
  let received = 0
  let missing = 0
  const next: Victim[] = [] // each in turn, in an order of chance
  const kills = { API: 0, worker: 0, database: 0 }
  for (let run = 1; run <= runs; run++) {
    if (next.length === 0) next.push(...VICTIMS)
    const [victim = 'API'] = next.splice(randomInt(next.length), 1)
    const signing = signUntil(site, signs)
    const moment = randomInt(Math.floor(signs * 0.9))
    while (signing.received.length <= moment) await sleep(LOOK_EVERY)
    await kill(site, victim)
    await signing.done
    kills[victim]++
    received += signing.received.length
    missing += await notOnRecord(site, signing.received)
    const refused = [...signing.refused].map(([status, count]) => `${count} × ${status}`).join(', ')
    say(`  run ${run} of ${runs}: ${victim} killed after ${moment} signatures; refused: ${refused}`)
  }
  const verdict = await verifyAudit(site.records.db)
  const figure = { case: CASE, unit: '' }
  return [
    { ...figure, metric: 'runs', value: runs },
    ...VICTIMS.map((victim) => ({ ...figure, metric: `kills: ${victim}`, value: kills[victim] })),
    { ...figure, metric: 'signatures received', value: received, bar: { least: runs * signs } },
    { ...figure, metric: 'received, but not in the audit', value: missing, bar: { most: 0 } },
    {
      ...figure,
      metric: 'audit verifies (entries)',
      value: verdict.kind === 'intact' ? verdict.entries : NaN,
      bar: { least: 2 * received },
    },
    {
      ...figure,
      metric: 'operations whose outcome is unknown',
      value: verdict.kind === 'intact' ? verdict.unknownOutcomes : NaN,
    },
  ]
}

/** Kills it, and has it back at the end. */
async function kill({ replicas, database }: Site, victim: Victim): Promise<void> {
  const replica = replicas[randomInt(2) === 0 ? 0 : 1]
  switch (victim) {
    case 'API':
      await replica.kill()
      await sleep(AWAY)
      return replica.start()
    case 'worker':
      replica.killWorker()
      return
    case 'database':
      await database.kill()
      await sleep(AWAY)
      return database.start()
  }
}

/** How many of them have no result in the audit that names the operation and the digest that was signed. */
async function notOnRecord({ records }: Site, received: readonly Received[]): Promise<number> {
  const rows = await records.db
    .selectFrom('auditEntries')
    .select(['operation', 'digest'])
    .where('phase', '=', 'result')
    .where('action', '=', 'sign')
    .where('outcome', '=', 'done')
    .where(
      'operation',
      'in',
      received.map(({ operation }) => operation),
    )
    .execute()
  const recorded = new Map(rows.map(({ operation, digest }) => [operation, digest]))
  return received.filter(({ operation, digest }) => recorded.get(operation) !== digest).length
}
