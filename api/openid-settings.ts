import { resolve } from 'node:path'
import { PosternError } from '#shared/errors.ts'

/** An OpenID provider where users may sign in, as the environment names it. */
export type OpenIdPlace = {
  /** `POSTERN_OPENID_ISSUER`, like `https://login.example.com`; `http:` on the loopback only. */
  readonly issuer: string
  /** `POSTERN_OPENID_CLIENT` */
  readonly clientId: string
  /** The file that holds the client's secret: `POSTERN_OPENID_SECRET_FILE` */
  readonly secretFile: string
  /** What the sign-in page calls it: `POSTERN_OPENID_NAME`; else the host of the issuer. */
  readonly name: string
  /** Other hosts that it answers from, by blanks: `POSTERN_OPENID_HOSTS` */
  readonly hosts: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

/** @throws PosternError `config/invalid` naming the variable */
export function parseOpenIdPlace(environment: Environment): OpenIdPlace | null {
  const issuer = environment['POSTERN_OPENID_ISSUER']
  const clientId = environment['POSTERN_OPENID_CLIENT']
  const secretFile = environment['POSTERN_OPENID_SECRET_FILE']
  if (issuer === undefined && clientId === undefined && secretFile === undefined) return null
  if (issuer === undefined || !clientId || !secretFile) {
    throw invalid(
      'POSTERN_OPENID_ISSUER, POSTERN_OPENID_CLIENT and POSTERN_OPENID_SECRET_FILE go together',
    )
  }
  const url = parseIssuer(issuer)
  return Object.freeze({
    issuer,
    clientId,
    secretFile: resolve(secretFile),
    name: environment['POSTERN_OPENID_NAME'] ?? url.hostname,
    hosts: (environment['POSTERN_OPENID_HOSTS'] ?? '').split(/\s+/).filter(Boolean),
  })
}

function parseIssuer(text: string): URL {
  const url = URL.parse(text)
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '')
  const isPlain = url !== null && url.search === '' && url.hash === '' && url.username === ''
  if (isPlain && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) return url
  throw invalid(`POSTERN_OPENID_ISSUER must be like https://login.example.com, not "${text}"`)
}

function invalid(message: string): PosternError {
  return new PosternError('config/invalid', message)
}
