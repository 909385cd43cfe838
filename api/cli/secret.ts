import { createInterface, type Interface } from 'node:readline'
import { Writable } from 'node:stream'
import { PosternError } from '#shared/errors.ts'

type Terminal = NodeJS.ReadableStream & { readonly isTTY?: boolean }

/**
 * Secrets from a person, who sees the question and not what they type, or from a pipe, one a line in the order they
 * are asked for.
 */
export class SecretInput {
  readonly #input: Terminal
  readonly #ask: (prompt: string) => void
  #lines: AsyncIterator<string> | null = null
  #interface: Interface | null = null

  constructor(input: Terminal, ask: (prompt: string) => void) {
    this.#input = input
    this.#ask = ask
  }

  /** @throws PosternError `config/invalid` when nothing is entered, or the second time something else */
  async read(prompt: string, { twice = false } = {}): Promise<string> {
    const secret = await this.#line(prompt)
    if (secret === '')
      throw new PosternError('config/invalid', `Nothing was entered for: ${prompt}`)
    const isPerson = this.#input.isTTY === true
    if (twice && isPerson && (await this.#line(`${prompt}, again`)) !== secret) {
      throw new PosternError('config/invalid', 'The two entries differ; nothing was changed.')
    }
    return secret
  }

  /** Gives the input back: a terminal that is still read keeps the process alive. */
  close(): void {
    this.#interface?.close()
  }

  async #line(prompt: string): Promise<string> {
    const isPerson = this.#input.isTTY === true
    if (isPerson) this.#ask(`${prompt}: `)
    this.#lines ??= this.#open(isPerson)[Symbol.asyncIterator]()
    const next = await this.#lines.next()
    if (isPerson) this.#ask('\n')
    return next.done === true ? '' : next.value
  }

  #open(isPerson: boolean): Interface {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() }) // the echo
    this.#interface = createInterface({
      input: this.#input,
      output: nowhere,
      terminal: isPerson,
      historySize: 0,
    })
    if (isPerson) this.#interface.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    return this.#interface
  }
}
