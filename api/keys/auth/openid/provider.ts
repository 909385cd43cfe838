import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  type Configuration,
  customFetch,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import { PosternError } from '#shared/errors.ts'

const PATIENCE_SECONDS = 10

/** A provider as the operator has set it. */
export type OpenIdSettings = {
  /** Its own word for itself, an `https:` address; on the loopback `http:` too. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** What the sign-in page calls it. */
  readonly name: string
  /** Other hosts that it answers from, with their ports. */
  readonly hosts: readonly string[]
}

/** What has to be the same when the browser comes back. */
export type OpenIdCeremony = {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Who somebody is to the provider. */
export type OpenIdIdentity = {
  readonly issuer: string
  readonly subject: string
  /** Their address in lower case, when the provider has verified it. */
  readonly address: () => Promise<string | null>
}

/** Where users sign in elsewhere: OpenID Connect Core 1.0 §3.1, the authorization code flow, with PKCE (RFC 7636). */
export type OpenIdProvider = {
  readonly name: string
  /**
   * Where the browser goes, and what must be known when it is back.
   * @throws PosternError `openid/unreachable`
   */
  readonly begin: (redirectUri: string) => Promise<{ url: string; ceremony: OpenIdCeremony }>
  /**
   * Who has come back. Rejects with the library's error for what does not hold.
   * @throws PosternError `openid/unreachable`
   */
  readonly finish: (callback: URL, ceremony: OpenIdCeremony) => Promise<OpenIdIdentity>
}

/** The provider. It is asked how it works when somebody first wants to sign in there, not before. */
export function createOpenIdProvider(settings: OpenIdSettings): OpenIdProvider {
  let known: Promise<Configuration> | null = null
  const configuration = async (): Promise<Configuration> => {
    known ??= discover(settings)
    try {
      return await known
    } catch (cause) {
      known = null // it may be back next time
      throw unreachable(settings, cause)
    }
  }
  return {
    name: settings.name,
    begin: async (redirectUri) => begin(await configuration(), redirectUri),
    finish: async (callback, ceremony) => finish(await configuration(), callback, ceremony),
  }
}

function discover({
  issuer,
  clientId,
  clientSecret,
  hosts,
}: OpenIdSettings): Promise<Configuration> {
  const url = new URL(issuer)
  const allowed = new Set([url.host, ...hosts])
  return discovery(url, clientId, undefined, ClientSecretBasic(clientSecret), {
    timeout: PATIENCE_SECONDS,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that nobody takes it lightly; loopback only
    execute: url.protocol === 'http:' ? [allowInsecureRequests] : [],
    // What the provider says of itself must not lead us to other machines of the company.
    [customFetch]: (address, options) => {
      if (!allowed.has(new URL(address).host))
        throw new TypeError('the provider names another host')
      return fetch(address, options as RequestInit)
    },
  })
}

async function begin(configuration: Configuration, redirectUri: string) {
  const verifier = randomPKCECodeVerifier()
  const ceremony = { state: randomState(), nonce: randomNonce(), verifier }
  const url = buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: 'openid email',
    state: ceremony.state,
    nonce: ceremony.nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  return { url: url.href, ceremony }
}

async function finish(
  configuration: Configuration,
  callback: URL,
  { state, nonce, verifier }: OpenIdCeremony,
): Promise<OpenIdIdentity> {
  const tokens = await authorizationCodeGrant(configuration, callback, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (claims === undefined) throw new TypeError('an ID token was expected')
  return {
    issuer: claims.iss,
    subject: claims.sub,
    address: async () =>
      verifiedAddress(claims) ??
      verifiedAddress(await fetchUserInfo(configuration, tokens.access_token, claims.sub)),
  }
}

/** OpenID Connect Core 1.0 §5.1: `email` counts only where `email_verified` says so. */
function verifiedAddress(claims: Readonly<Record<string, unknown>>): string | null {
  const { email, email_verified: isVerified } = claims
  return typeof email === 'string' && isVerified === true ? email.toLowerCase() : null
}

function unreachable({ name }: OpenIdSettings, cause: unknown): PosternError {
  return new PosternError('openid/unreachable', `${name} cannot be reached.`, { cause })
}
