import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childrenOf } from '../bench/process-tree.ts'
import { freePort, startServer, type TestServer } from '../support/server.ts'

/** One of several servers on the same records and the same token, to be killed and started again. */
export class Replica {
  readonly port: number
  readonly #metricsPort: number
  readonly #data = mkdtempSync(join(tmpdir(), 'postern-replica-'))
  readonly #env: Readonly<Record<string, string>>
  #server: TestServer | null = null

  private constructor(port: number, metricsPort: number, env: Readonly<Record<string, string>>) {
    this.port = port
    this.#metricsPort = metricsPort
    this.#env = { ...env, POSTERN_DEMO: 'off', POSTERN_METRICS_PORT: String(metricsPort) }
  }

  /** @param env says where the records and the token are */
  static async start(env: Readonly<Record<string, string>>): Promise<Replica> {
    const replica = new Replica(await freePort(), await freePort(), env)
    await replica.start()
    return replica
  }

  get origin(): string {
    return `http://127.0.0.1:${String(this.port)}`
  }

  /** Resolves when it takes calls, on the same port and data folder as before. */
  async start(): Promise<void> {
    this.#server = await startServer({ data: this.#data, port: this.port, env: this.#env })
  }

  async kill(): Promise<void> {
    await this.#server?.kill()
  }

  /** The server has one child: the process that speaks to the token. */
  killWorker(): void {
    for (const pid of childrenOf(this.#server?.pid ?? 0)) process.kill(pid, 'SIGKILL')
  }

  /** What it tells Prometheus under that name, without labels. */
  async metric(name: string): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${String(this.#metricsPort)}/metrics`)
    const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(await answer.text())?.[1]
    return Number(value ?? NaN)
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.#data, { recursive: true, force: true })
  }
}
