import type { Clock } from '../clock.ts'
import type { Hsm } from '../hsm/port.ts'
import type { Records } from '../keys/records.ts'
import type { DataPaths } from '../start/data-folder.ts'
import type { DatabasePlace } from '../storage/db.ts'

/** What the world around the command is: the real one in `postern.ts`, a made one in tests. */
export type Surroundings = {
  readonly paths: DataPaths
  readonly clock: Clock
  /** Who runs the command, for the audit. */
  readonly actor: string
  /** Asks for a secret, or takes the next line of standard input. `twice`: a new one, which a person types again. */
  readonly secret: (prompt: string, how?: { readonly twice?: boolean }) => Promise<string>
  /** Writes to standard output at once: for what is too long to be answered whole. */
  readonly print: (text: string) => void
  /** Writes to standard error. */
  readonly complain: (text: string) => void
  readonly openRecords: () => Promise<Opened<Records>>
  /** Where the records are. */
  readonly database: () => DatabasePlace
  /** Opens the records, made when they are missing, while no server runs on them. */
  readonly openStopped: () => Promise<Opened<Records>>
  /** Starts a worker of this command's own on the token, beside those of a running server. */
  readonly openHsm: () => Promise<Opened<Hsm>>
  /** Makes the keys of the service itself in the token. */
  readonly prepareToken: () => Promise<void>
}

type Opened<T> = { readonly it: T; readonly close: () => Promise<void> }

/** What a command works with. The database and the token are opened when they are first asked for. */
export type Context = Pick<
  Surroundings,
  'paths' | 'clock' | 'actor' | 'secret' | 'print' | 'complain' | 'prepareToken' | 'database'
> & {
  /** @throws PosternError `config/invalid` where there is no database yet */
  readonly records: () => Promise<Records>
  /** @throws PosternError `config/unwritable` while a server runs */
  readonly stopped: () => Promise<Records>
  /** @throws PosternError as `openToken` of `api/start` */
  readonly hsm: () => Promise<Hsm>
}

/** Does `work` in a context, and closes what it opened, however it ends. */
export async function withContext<T>(
  around: Surroundings,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const records = once(around.openRecords)
  const stopped = once(around.openStopped)
  const hsm = once(around.openHsm)
  const { paths, clock, actor, secret, print, complain, prepareToken, database } = around
  const context = { paths, clock, actor, secret, print, complain, prepareToken, database }
  try {
    return await work({ ...context, records: records.get, stopped: stopped.get, hsm: hsm.get })
  } finally {
    await hsm.close()
    await records.close()
    await stopped.close()
  }
}

function once<T>(open: () => Promise<Opened<T>>) {
  let opened: Promise<Opened<T>> | null = null
  return {
    get: async () => (await (opened ??= open())).it,
    close: async () => {
      const what = await opened?.catch(() => null) // who asked for it has heard why
      await what?.close()
    },
  }
}
