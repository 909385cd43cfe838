import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startHsm, type TokenToStart } from '#api/hsm/supervisor.ts'
import type { Hsm } from '#api/hsm/port.ts'
import type { HsmLog } from '#api/hsm/log.ts'
import { findP11KitClient } from './p11-kit-client.mjs'
import type { SoftToken } from './soft-token.ts'

const STARTED_WITHIN = 20_000 // milliseconds, on a busy machine

/** A SoftHSM token behind a process of its own, as a network HSM is behind its wire: to be killed and stopped. */
export class RemoteToken {
  readonly #token: SoftToken
  readonly #socket: string
  #server: ChildProcess | null = null

  constructor(token: SoftToken) {
    this.#token = token
    this.#socket = join(dirname(token.softhsmConf), 'p11-kit.socket')
  }

  /** The HSM on this token, with the times of a production. */
  open(log: HsmLog): Promise<Hsm> {
    return startHsm({ ...this.toStart(), log })
  }

  /** The way to it, to start on it beside others. */
  toStart(): TokenToStart {
    const { label: tokenLabel, pin } = this.#token
    return { ...this.#way(), tokenLabel, pin, onWrongPin: () => undefined }
  }

  /** The settings of a server that uses this token. */
  settings(): Record<string, string> {
    const { modulePath, environment } = this.#way()
    return {
      POSTERN_PKCS11_MODULE: modulePath,
      POSTERN_MODULE_ENVIRONMENT: Object.keys(environment).join(' '),
      ...environment,
      POSTERN_TOKEN_LABEL: this.#token.label,
      POSTERN_PIN_FILE: this.#token.pinFile,
    }
  }

  /** Resolves when the server takes calls. */
  async start(): Promise<void> {
    const { modulePath, label, environment } = this.#token
    rmSync(this.#socket, { force: true })
    const how = ['server', '--foreground', '--name', this.#socket, '--provider', modulePath]
    this.#server = spawn('p11-kit', [...how, `pkcs11:token=${label}`], {
      env: { ...process.env, ...environment },
      stdio: 'ignore',
      detached: true, // a group of its own: the server serves each client by a child
    })
    const until = performance.now() + STARTED_WITHIN
    while (!existsSync(this.#socket)) {
      if (performance.now() > until) throw new Error('p11-kit does not serve the token')
      await sleep(10)
    }
  }

  kill(): void {
    this.#signal('SIGKILL')
    this.#server = null
  }

  /** Answers nothing from now on, and hangs up on nobody. */
  stall(): void {
    this.#signal('SIGSTOP')
  }

  goOn(): void {
    this.#signal('SIGCONT')
  }

  #way() {
    const modulePath = findP11KitClient()
    if (modulePath === null) throw new Error('p11-kit is not installed')
    return { modulePath, environment: { P11_KIT_SERVER_ADDRESS: `unix:path=${this.#socket}` } }
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#server?.pid
    if (pid !== undefined) process.kill(-pid, signal)
  }
}
