import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { destination, pino } from 'pino'
import { type ErrorCode, isPosternError } from '#shared/errors.ts'
import type { AccessLog } from './gateway/access-log.ts'
import type { HsmLog } from './hsm/log.ts'
import type { AlarmBell } from './keys/policy/alarm.ts'
import type { ProblemLog } from './problem.ts'

/** The server's one log file. Fields are chosen one by one where they are written; nothing is passed through. */
export type ServerLog = {
  readonly access: AccessLog
  readonly problem: ProblemLog
  readonly hsm: HsmLog
  readonly checkpointFailed: (code: ErrorCode) => void
  readonly alarmed: AlarmBell
  readonly info: (event: string) => void
  /** Of what nobody had called for. */
  readonly failed: (error: unknown) => void
}

/** Opens `<folder>/postern.log` for appending, one JSON object per line. */
export function openLog(folder: string): ServerLog {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = destination({
    dest: join(folder, 'postern.log'),
    mode: 0o600,
    sync: true,
  })
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, file)
  return {
    access: ({ method, route, status, ms, traceId, code }) =>
      log.info({ method, route, status, ms, traceId, code }, 'call'),
    problem: ({ traceId, code, error }) =>
      log.error({ traceId, code, causes: describeCauses(error) }, 'problem'),
    hsm: {
      info: (event, fields) => log.info({ hsm: { ...fields } }, event),
      warn: (event, fields) => log.warn({ hsm: { ...fields } }, event),
    },
    checkpointFailed: (code) => log.error({ code }, 'checkpoint failed'),
    alarmed: ({ cause, operation }) => log.warn({ cause, operation }, 'alarm'),
    info: (event) => log.info(event),
    failed: (error) => log.error({ causes: describeCauses(error) }, 'work aside failed'),
  }
}

const MAX_CAUSES = 5 // a chain longer than this tells nothing new
const MAX_FRAMES = 6

type Cause = { readonly name: string; readonly code: string | null; readonly at: readonly string[] }

/**
 * What went wrong, and where in the code. Messages are left out: those of libraries quote what they were given,
 * and that may be anybody's mail or password.
 */
export function describeCauses(error: unknown): readonly Cause[] {
  const causes: Cause[] = []
  for (let next = error; next instanceof Error && causes.length < MAX_CAUSES; next = next.cause) {
    causes.push({ name: next.name, code: codeOf(next), at: framesOf(next) })
  }
  return causes
}

function codeOf(error: Error): string | null {
  if (isPosternError(error)) return error.code
  const code = 'code' in error ? error.code : null
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : null
}

function framesOf(error: Error): string[] {
  const lines = error.stack?.split('\n') ?? []
  const places = lines.map((line) =>
    /^\s+at .*?((?:api|shared|node_modules)\/.*:\d+):\d+\)?$/.exec(line),
  )
  return places.flatMap((place) => place?.[1] ?? []).slice(0, MAX_FRAMES)
}
