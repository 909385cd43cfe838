import { type Handler, Hono, type MiddlewareHandler } from 'hono'
import { LARGEST_BODY } from '../largest-body.ts'
import type { FindMailbox } from '../mail/local-mailboxes.ts'
import type { Outbox } from '../mail/outbox.ts'
import { notFoundProblem, onProblem, type ProblemLog } from '../problem.ts'
import { atMost } from '../read-request.ts'
import { sameOrigin } from '../same-origin.ts'
import { type AccessLog, accessLog } from './access-log.ts'
import { API_HEADERS } from './header-policies.ts'
import type { KeyServicePort } from './key-service-port.ts'
import { knownHost } from './known-host.ts'
import { mailRoutes } from './mail-routes.ts'
import { openApiDocument } from './openapi.ts'
import { type ReadinessParts, readinessRoutes } from './readiness.ts'
import { staticFiles } from './static-files.ts'

const usual = atMost(LARGEST_BODY.usual)
const KEY_SERVICE_AREAS = ['keys', 'approvals', 'activity', 'directory', 'trust', 'admin']

const DATA_HEADERS = Object.entries(API_HEADERS)

export type GatewayDependencies = {
  readonly keys: KeyServicePort
  readonly findMailbox: FindMailbox
  readonly outbox: Outbox
  /** Folder of the built web app. */
  readonly webBuild: string
  readonly publicOrigin: string | null
  readonly readiness: ReadinessParts
  readonly logAccess: AccessLog
  readonly logProblem: ProblemLog
}

/** Everything a browser reaches: the web app, the user's mail, and the way through to the key service. */
export function createGateway(of: GatewayDependencies): Hono {
  const app = new Hono()
  app.onError(onProblem(of.logProblem))
  app.notFound(notFoundProblem)
  app.use(accessLog(of.logAccess), dataHeaders, knownHost(of.publicOrigin))
  app.route('/', readinessRoutes(of.readiness))
  app.use('/api/*', sameOrigin(of.publicOrigin))
  const toKeys: Handler = (c) => of.keys(c.req.raw)
  app.post('/api/v1/keys/unwrap', atMost(LARGEST_BODY.batch), toKeys)
  app.post('/api/v1/keys/:key/unwrap', atMost(LARGEST_BODY.unwrap), toKeys)
  app.post('/api/v1/keys/:key/sign', atMost(LARGEST_BODY.sign), toKeys)
  app.post('/api/v1/admin/imports', atMost(LARGEST_BODY.certificates), toKeys)
  app.post('/api/v1/admin/keys/:key/certificate', atMost(LARGEST_BODY.certificates), toKeys)
  app.all('/api/v1/session/*', atMost(LARGEST_BODY.factor), toKeys)
  app.post('/api/v1/approvals', atMost(LARGEST_BODY.approval), toKeys)
  for (const area of KEY_SERVICE_AREAS) app.all(`/api/v1/${area}/*`, usual, toKeys)
  app.use('/api/v1/mail/folders/:folder/messages/:uid{.+}', usual)
  app.route('/api/v1/mail', mailRoutes(of))
  const document = openApiDocument()
  app.get('/api/v1/openapi.json', (c) => c.json(document))
  app.all('/api/*', notFoundProblem)
  app.route('/', staticFiles(of.webBuild))
  return app
}

/**
 * Every answer that did not choose its headers itself is data, a problem for instance. They are set in place: Hono's
 * `c.header` would copy the answer, and make a stream of its body.
 */
const dataHeaders: MiddlewareHandler = async (c, next) => {
  await next()
  const { headers } = c.res
  for (const [name, value] of DATA_HEADERS) {
    if (!headers.has(name)) headers.set(name, value)
  }
}
