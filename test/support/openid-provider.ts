import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** Who signs in at the provider: nobody types anything there. */
export type OpenIdAccount = {
  readonly subject: string
  readonly email: string
  readonly emailVerified: boolean
}

/** A real OpenID provider on the loopback, for one client. */
export type TestOpenId = {
  readonly issuer: string
  /** Whoever comes next; null says no. */
  account: OpenIdAccount | null
  stop(): Promise<void>
}

export const CLIENT = { clientId: 'postern', clientSecret: 'a-secret-of-the-test-client' }

/** @param callbacks where it may lead a browser back to */
export async function startOpenId(callbacks: readonly string[]): Promise<TestOpenId> {
  const state: { account: OpenIdAccount | null } = { account: null }
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const provider = createProvider(issuer, callbacks, state)
  const answer = provider.callback()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/interaction/') === true) void finish(provider, request, response)
    else void answer(request, response)
  })
  const finish = async (of: Provider, request: IncomingMessage, response: ServerResponse) => {
    await of.interactionFinished(request, response, await decide(of, state, request, response))
  }
  return {
    issuer,
    get account() {
      return state.account
    },
    set account(account) {
      state.account = account
    },
    stop: () => close(server),
  }
}

function createProvider(
  issuer: string,
  callbacks: readonly string[],
  state: { account: OpenIdAccount | null },
): Provider {
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [...callbacks],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, subject) => ({
      accountId: subject,
      claims: () => ({
        sub: subject,
        email: state.account?.email,
        email_verified: state.account?.emailVerified,
      }),
    }),
  })
}

/** Says yes to all that the provider asks, or no. */
async function decide(
  provider: Provider,
  { account }: { account: OpenIdAccount | null },
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { prompt, params } = await provider.interactionDetails(request, response)
  if (account === null) return { error: 'access_denied' }
  if (prompt.name === 'login') return { login: { accountId: account.subject, remember: false } }
  const grant = new provider.Grant({
    accountId: account.subject,
    clientId: String(params['client_id']),
  })
  grant.addOIDCScope('openid email')
  return { consent: { grantId: await grant.save() } }
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
