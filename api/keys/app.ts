import { Hono } from 'hono'
import { LARGEST_BODY } from '../largest-body.ts'
import { notFoundProblem, onProblem } from '../problem.ts'
import { atMost } from '../read-request.ts'
import { sameOrigin } from '../same-origin.ts'
import { activityRoutes } from './routes/activity.ts'
import { adminRoutes } from './routes/admin/admin.ts'
import { approvalRoutes } from './routes/approvals.ts'
import { deviceRoutes } from './routes/devices.ts'
import { directoryRoutes } from './routes/directory.ts'
import { enrolmentRoutes } from './routes/enrolment.ts'
import { factorRoutes, recoveryCodeRoutes } from './routes/factors.ts'
import { operationRoutes } from './routes/key-operations.ts'
import { keyRoutes } from './routes/keys.ts'
import { openIdRoutes } from './routes/openid.ts'
import { passkeyRoutes } from './routes/passkeys.ts'
import { passwordRoutes } from './routes/password.ts'
import { sessionRoutes } from './routes/session.ts'
import type { KeyServiceDeps } from './service.ts'

/** For calls that are read for their idempotency key before their own bound stands. */
const LARGEST_OF_ALL = Math.max(...Object.values(LARGEST_BODY))

/**
 * The key service: who may use which key, now. Serves `/api/v1/{session,keys,approvals,activity,admin,directory,trust}` of
 * `shared/contract`; refusals are RFC 9457 problems. It sees digests and encrypted content keys, never mail.
 */
export function createKeyService(deps: KeyServiceDeps): Hono {
  const app = new Hono()
  app.onError(onProblem(deps.log))
  app.notFound(notFoundProblem)
  app.use(sameOrigin(deps.publicOrigin), atMost(LARGEST_OF_ALL))
  app.use(async (c, next) => {
    await next()
    c.res.headers.set('Cache-Control', 'no-store')
  })
  app.route('/api/v1/session/devices', deviceRoutes(deps))
  app.route('/api/v1/session/factors', factorRoutes(deps))
  app.route('/api/v1/session/recovery-codes', recoveryCodeRoutes(deps))
  app.route('/api/v1/session/password-change', passwordRoutes(deps))
  app.route('/api/v1/session/enrolment', enrolmentRoutes(deps))
  app.route('/api/v1/session', passkeyRoutes(deps))
  app.route('/api/v1/session', openIdRoutes(deps))
  app.route('/api/v1/session', sessionRoutes(deps))
  app.route('/api/v1/keys', keyRoutes(deps))
  app.route('/api/v1/keys', operationRoutes(deps))
  app.route('/api/v1/approvals', approvalRoutes(deps))
  app.route('/api/v1/activity', activityRoutes(deps))
  app.route('/api/v1/admin', adminRoutes(deps))
  app.route('/api/v1', directoryRoutes(deps))
  return app
}
