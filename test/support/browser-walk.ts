/** Follows redirects as a browser does, with a cookie jar for each host, until one leads to `stop`. */
export async function walk(start: string, stop: string): Promise<string> {
  const jars = new Map<string, Map<string, string>>()
  let at = new URL(start)
  for (let steps = 0; steps < 20 && !at.href.startsWith(stop); steps++) {
    const jar = jars.get(at.host) ?? new Map<string, string>()
    jars.set(at.host, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(at, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } })
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ''] = set.split(';')
      const [name = '', value = ''] = pair.split('=')
      jar.set(name, value)
    }
    const next = answer.headers.get('location')
    if (next === null)
      throw new Error(`${at.href} answers ${answer.status}: ${await answer.text()}`)
    at = new URL(next, at)
  }
  return at.href
}
