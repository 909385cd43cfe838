import { connect, type Socket } from 'node:net'

const HEAD_END = Buffer.from('\r\n\r\n')

/** What came back for one request. */
export type RawAnswer = {
  readonly status: number
  /** Seconds; null where the answer does not say. */
  readonly retryAfter: number | null
  readonly body: Buffer
  readonly bytes: number
}

/**
 * One connection that is kept alive, with one request on its way at a time. It does as little as a client can, so
 * that the processor is left to what is measured: requests are ready-made bytes, answers have a Content-Length.
 */
export class RawClient {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #failure: Error | null = null
  #waiting: { resolve(answer: RawAnswer): void; reject(error: Error): void } | null = null

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#socket.on('error', (error) => this.#fail(error))
    this.#socket.on('close', () => this.#fail(new Error('the connection was closed')))
  }

  send(request: Buffer): Promise<RawAnswer> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const head = this.#received.indexOf(HEAD_END)
    if (head < 0) return
    const text = this.#received.toString('latin1', 0, head)
    const start = head + HEAD_END.length
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? NaN)
    if (Number.isNaN(length)) return this.#fail(new Error('an answer without a length'))
    if (this.#received.length < start + length) return
    const answer = {
      status: Number(text.slice(9, 12)),
      retryAfter: retryAfterOf(text),
      body: this.#received.subarray(start, start + length),
      bytes: start + length,
    }
    this.#received = this.#received.subarray(start + length)
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.resolve(answer)
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#waiting?.reject(error)
    this.#waiting = null
  }
}

function retryAfterOf(head: string): number | null {
  const seconds = /\r\nretry-after: (\d+)/i.exec(head)?.[1]
  return seconds === undefined ? null : Number(seconds)
}

/** A POST with a JSON body, as its bytes on the wire. */
export function rawPost(port: number, path: string, cookie: string | null, body: object): Buffer {
  const json = JSON.stringify(body)
  const lines = [
    `POST /api/v1${path} HTTP/1.1`,
    `Host: localhost:${port}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(json)}`,
    'Sec-Fetch-Site: same-origin',
    ...(cookie === null ? [] : [`Cookie: ${cookie}`]),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${json}`)
}
