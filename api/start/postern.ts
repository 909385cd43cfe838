import type { Hono } from 'hono'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { demoCompanyIsComplete } from '../demo/company.ts'
import { createGateway } from '../gateway/app.ts'
import { type ReadinessParts, stateOf } from '../gateway/readiness.ts'
import type { Hsm } from '../hsm/port.ts'
import { createKeyService } from '../keys/app.ts'
import { CheckpointMaker } from '../keys/audit/checkpoint-maker.ts'
import { watchChanges } from '../keys/changes/watch.ts'
import { Turns, USUAL_TURNS } from '../keys/operations/turns.ts'
import { closeRecords, openRecords, type Records } from '../keys/records.ts'
import { openLog, type ServerLog } from '../log.ts'
import { createMetrics, type Metrics } from '../metrics.ts'
import { createLocalMailboxes } from '../mail/local-mailboxes.ts'
import { openLocalOutbox } from '../mail/local-outbox.ts'
import { listAnchors } from '../storage/anchors.ts'
import { findUserByAddress } from '../storage/users.ts'
import { Closing } from './closing.ts'
import { databasePlace } from './database-place.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { openDemo, withoutDemo } from './demo.ts'
import { checkPortFree } from './free-port.ts'
import type { Greeted } from './greeting.ts'
import { listen } from './listen.ts'
import { openOpenId } from './openid.ts'
import { openToken } from './token.ts'
import { requireWebBuild, webBuildIsThere } from './web-build.ts'

const LOOPBACK = '127.0.0.1'

/** Postern, ready for calls. */
export type Running = {
  readonly port: number
  readonly firstStart: boolean
  readonly demoUsers: readonly Greeted[]
  /** Lets running calls end, then gives everything back. */
  readonly stop: () => Promise<void>
}

/**
 * Starts everything in one process, each part once the ones below it stand. What can be refused without making
 * anything is refused first; when a later part does not come up, the earlier ones are closed again.
 * @throws PosternError with the sentence to show
 */
export async function startPostern(config: Config): Promise<Running> {
  await checkPortFree(config.port, config.host)
  if (config.metricsPort !== null) await checkPortFree(config.metricsPort, LOOPBACK)
  requireWebBuild(config.webBuild)
  const closing = new Closing()
  try {
    return await startParts(config, closing)
  } catch (error) {
    await closing.run().catch(() => undefined) // what came first is what has to be told
    throw error
  }
}

async function startParts(config: Config, closing: Closing): Promise<Running> {
  const folder = openDataFolder(config.data)
  closing.add(() => folder.release())
  const log = openLog(folder.log)
  const hsm = await openToken(folder, config.token, log.hsm)
  closing.add(() => hsm.close())
  const records = await openRecords(databasePlace(config.database, folder), systemClock)
  closing.add(() => closeRecords(records))
  closing.add(watchChanges(records, log.failed))
  const findMailbox = createLocalMailboxes(folder.mail)
  const demo = config.demo
    ? await openDemo({ ...records, hsm, folder, findMailbox })
    : withoutDemo(folder)
  const checkpoints = new CheckpointMaker({ ...records, hsm, onFailure: log.checkpointFailed })
  await checkpoints.start()
  closing.add(() => checkpoints.close())
  const metrics = createMetrics()
  const app = await wire({ config, folder, log, metrics, hsm, records, checkpoints, findMailbox })
  const server = await listen(app, config.port, config.host)
  closing.add(() => server.close())
  if (config.metricsPort !== null) {
    const forPrometheus = await listen(metrics.app, config.metricsPort, LOOPBACK)
    closing.add(() => forPrometheus.close())
  }
  log.info('ready')
  return { port: server.port, ...demo, stop: () => closing.run() }
}

type Parts = {
  config: Config
  folder: DataFolder
  log: ServerLog
  metrics: Metrics
  hsm: Hsm
  records: Records
  checkpoints: CheckpointMaker
  findMailbox: ReturnType<typeof createLocalMailboxes>
}

async function wire(parts: Parts): Promise<Hono> {
  const { config, folder, log, metrics, hsm, records, checkpoints, findMailbox } = parts
  const { publicOrigin, session, webBuild } = config
  const turns = new Turns(USUAL_TURNS, metrics.waited)
  const readiness = readinessOf(parts)
  metrics.watch({ hsm, turns, checkpoints, ready: () => stateOf(readiness) })
  const keyService = createKeyService({
    ...records,
    hsm,
    session,
    openId: openOpenId(config.openId),
    publicOrigin,
    turns,
    meter: metrics.operation,
    alarmed(alarm) {
      metrics.alarmed(alarm)
      log.alarmed(alarm)
    },
    log: log.problem,
  })
  return createGateway({
    keys: async (request) => keyService.fetch(request),
    findMailbox,
    outbox: await openLocalOutbox({
      spool: folder.spool,
      findMailbox,
      findRecipient: (address) => findUserByAddress(records.db, address.toLowerCase()),
    }),
    webBuild,
    publicOrigin,
    readiness,
    logAccess: log.access,
    logProblem: log.problem,
  })
}

/** What this server needs to be of use. */
function readinessOf({ config, folder, hsm, records }: Parts): ReadinessParts {
  return {
    database: async () => Array.isArray(await listAnchors(records.db)), // an answer, whatever it is
    token: () => hsm.status().state === 'ready',
    web: () => webBuildIsThere(config.webBuild),
    demo: () => !config.demo || demoCompanyIsComplete(folder.demo),
  }
}
