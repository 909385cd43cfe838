import { Hono } from 'hono'
import type { z } from 'zod'
import {
  factorRequest,
  passwordRequest,
  type Session,
  type signInAnswer,
} from '#shared/contract/session.ts'
import { PosternError } from '#shared/errors.ts'
import { LARGEST_BODY } from '../../largest-body.ts'
import {
  type CallerEnv,
  describeSession,
  extend,
  presentedSession,
  signedInUntouched,
} from '../auth/caller.ts'
import { factorStep } from '../auth/factor-step.ts'
import { passwordStep } from '../auth/password-step.ts'
import { giveSecret, presentedSecretHash, takeSecretBack } from '../auth/session-secret.ts'
import { signOut } from '../auth/sign-out.ts'
import { atMost, readJson } from '../../read-request.ts'
import type { KeyServiceDeps } from '../service.ts'

type SignInAnswer = z.input<typeof signInAnswer>

/** `/session`: sign in, look, extend, sign out. */
export function sessionRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()

  routes.post('/password', atMost(LARGEST_BODY.usual), async (c) => {
    const asked = await readJson(c, passwordRequest)
    const { secret, factors } = await passwordStep(deps, {
      ...asked,
      presented: presentedSecretHash(c),
    })
    giveSecret(c, secret)
    return c.json({ state: 'factor-required', factors } satisfies SignInAnswer)
  })

  routes.post('/factor', atMost(LARGEST_BODY.factor), async (c) => {
    const proof = await readJson(c, factorRequest)
    const half = await presentedSession(deps, c)
    if (half.session.stage !== 'password') {
      throw new PosternError('request/malformed', 'This session is signed in already.')
    }
    const { secret, caller } = await factorStep(deps, half, proof)
    giveSecret(c, secret)
    const session = describeSession(caller, deps.clock())
    return c.json({ state: 'signed-in', session } satisfies SignInAnswer)
  })

  routes.get('/', signedInUntouched(deps), (c) =>
    c.json(describeSession(c.var.caller, deps.clock()) satisfies Session),
  )

  routes.post('/extend', signedInUntouched(deps), async (c) => {
    const caller = await extend(deps, c.var.caller)
    return c.json(describeSession(caller, deps.clock()) satisfies Session)
  })

  routes.delete('/', async (c) => {
    const { session } = await presentedSession(deps, c)
    await signOut(deps, session)
    takeSecretBack(c)
    // The page clears its own database. "storage" would also take the shell, and with it the start without a network.
    c.header('Clear-Site-Data', '"cache"')
    return c.body(null, 204)
  })

  return routes
}
