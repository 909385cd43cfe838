import { currentCode } from '#api/keys/auth/one-time-code.ts'
import { passkeyChallengeAnswer, passkeyRegistrationAnswer } from '#shared/contract/passkeys.ts'
import type { Worker } from '../bench/keys/company.ts'
import { KeyClient } from '../support/key-client.ts'
import { SoftAuthenticator } from '../support/soft-authenticator.ts'

/** Where browsers see the site: passkeys belong to that name. */
export const PUBLIC_ORIGIN = 'https://mail.example.com'

const STEP = 30_000 // milliseconds (RFC 6238): the present code was used to sign in, the next one is good as well

/** A client of the server at `origin`, with somebody's session or with none. */
export function clientAt(origin: string, cookie: string | null): KeyClient {
  const client = new KeyClient({ request: (path, init) => fetch(`${origin}${path}`, init) })
  client.cookie = cookie
  return client
}

/** A passkey of a worker's, enrolled at a server that has its token. */
export async function enrolPasskey(
  origin: string,
  { login, cookie }: Worker,
): Promise<SoftAuthenticator> {
  const client = clientAt(origin, cookie)
  const device = new SoftAuthenticator(PUBLIC_ORIGIN)
  const code = await currentCode(login.seed, new Date(Date.now() + STEP))
  const begun = await client.post('/session/passkey-registrations', {
    proof: { kind: 'totp', code },
  })
  const made = device.create(passkeyRegistrationAnswer.parse(await begun.json()))
  const added = await client.post('/session/factors', { kind: 'passkey', name: 'Phone', ...made })
  if (!added.ok) throw new Error(`a passkey: ${await added.text()}`)
  return device
}

/** Signs in with password and passkey; the last answer, or the first refusal. */
export async function signInWith(
  device: SoftAuthenticator,
  origin: string,
  { login }: Worker,
): Promise<Response> {
  const client = clientAt(origin, null)
  const { username, password } = login
  const known = await client.post('/session/password', { username, password })
  if (!known.ok) return known
  const asked = await client.post('/session/passkey-challenges')
  if (!asked.ok) return asked
  const challenge = passkeyChallengeAnswer.parse(await asked.json())
  return client.post('/session/factor', device.get(challenge))
}
