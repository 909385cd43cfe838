import { problemSchema, type Problem } from '#shared/contract/problem.ts'

type App = { request(path: string, init: RequestInit): Response | Promise<Response> }

/** A browser as far as the key service sees one: keeps the cookie, says where its calls come from. */
export class KeyClient {
  cookie: string | null = null
  readonly #app: App

  constructor(app: App) {
    this.#app = app
  }

  get(path: string): Promise<Response> {
    return this.send('GET', path)
  }

  post(path: string, body: unknown = {}): Promise<Response> {
    return this.send('POST', path, JSON.stringify(body))
  }

  delete(path: string): Promise<Response> {
    return this.send('DELETE', path)
  }

  async send(
    method: string,
    path: string,
    body: string | null = null,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const sent = new Headers({ 'Sec-Fetch-Site': 'same-origin' })
    if (body !== null) sent.set('Content-Type', 'application/json')
    if (this.cookie !== null) sent.set('Cookie', this.cookie)
    for (const [name, value] of Object.entries(headers)) sent.set(name, value)
    const answer = await this.#app.request(`/api/v1${path}`, { method, body, headers: sent })
    const given = answer.headers.get('set-cookie')
    if (given !== null) this.cookie = given.split(';')[0] ?? null
    return answer
  }
}

/** The problem of a refused call; fails when it is none. */
export async function problemOf(answer: Response): Promise<Problem> {
  return problemSchema.parse(await answer.json())
}
