import { type RawAnswer, RawClient, rawPost } from '../bench/keys/raw-client.ts'

/** A client that outlives its server: it connects again, and no answer in time is an error like a cut connection. */
export class Caller {
  readonly #port: number
  #line: RawClient | null = null

  constructor(port: number) {
    this.#port = port
  }

  /**
   * @param patience milliseconds
   * @throws Error when the connection was refused, was cut, or brought nothing in time
   */
  async post(
    path: string,
    cookie: string | null,
    body: object,
    patience = 30_000,
  ): Promise<RawAnswer> {
    const line = (this.#line ??= new RawClient(this.#port))
    const timer = setTimeout(() => line.close(), patience)
    try {
      return await line.send(rawPost(this.#port, path, cookie, body))
    } catch (error) {
      this.close()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  close(): void {
    this.#line?.close()
    this.#line = null
  }
}
