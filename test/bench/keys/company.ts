import { randomBytes } from 'node:crypto'
import type { Hsm } from '#api/hsm/port.ts'
import { currentCode } from '#api/keys/auth/one-time-code.ts'
import { enrolTotp } from '#api/keys/lifecycle/factors.ts'
import { createKey } from '#api/keys/lifecycle/keys.ts'
import { openTokenAuthority } from '#api/keys/lifecycle/token-authority.ts'
import { createUser, setPassword } from '#api/keys/lifecycle/users.ts'
import type { Records } from '#api/keys/records.ts'
import type { KeyRow } from '#api/storage/schema.ts'

/** Somebody with keys of their own, and the cookie of their session. */
export type Worker = {
  readonly login: Login
  readonly rsaSign: KeyRow
  readonly rsaEncrypt: KeyRow
  readonly ecSign: KeyRow
  readonly cookie: string
}

type Login = Readonly<Record<'username' | 'password' | 'seed', string>>

type Maker = Records & { readonly hsm: Hsm }

const NO_QUOTA = { perMinute: 1e6, perDay: 1e6 } // the bench asks more often than people may
const AUTHORITY = {
  name: 'Bench',
  organization: 'Bench',
  algorithm: 'ec-p256',
  backdateDays: 0,
} as const

/** So many users with an RSA pair and an EC key each, signed in at the server of that origin. */
export async function hire(maker: Maker, origin: string, count: number): Promise<Worker[]> {
  const authority = await openTokenAuthority(maker, AUTHORITY)
  const workers: Worker[] = []
  for (let index = 0; index < count; index++) {
    const username = `user${String(index)}`
    const address = `${username}@example.com`
    const user = await createUser(maker, { username, name: username, address, roles: [] })
    const password = randomBytes(12).toString('hex')
    await setPassword(maker, user, password)
    const { seed } = await enrolTotp(maker, user)
    const make = { ...maker, authority }
    const login = { username, password, seed }
    workers.push({
      login,
      rsaSign: await createKey(make, user, 'sign', 'rsa-2048'),
      rsaEncrypt: await createKey(make, user, 'encrypt', 'rsa-2048'),
      ecSign: await createKey(make, user, 'sign', 'ec-p256'),
      cookie: await signIn(origin, login),
    })
  }
  await maker.db.updateTable('keys').set(NO_QUOTA).execute()
  return workers
}

async function signIn(origin: string, { username, password, seed }: Login): Promise<string> {
  const half = await cookieOf(origin, '/session/password', null, { username, password })
  const code = await currentCode(seed, new Date())
  return cookieOf(origin, '/session/factor', half, { kind: 'totp', code })
}

async function cookieOf(
  origin: string,
  path: string,
  cookie: string | null,
  body: object,
): Promise<string> {
  const answer = await fetch(`${origin}/api/v1${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
      ...(cookie === null ? {} : { cookie }),
    },
    body: JSON.stringify(body),
  })
  const given = answer.headers.get('set-cookie')?.split(';')[0]
  if (!answer.ok || given === undefined) throw new Error(`sign-in: ${await answer.text()}`)
  return given
}
