import { Hono } from 'hono'
import type { z } from 'zod'
import { base64url } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'
import {
  certificateRequest,
  type importAnswer,
  type importKeyAnswer,
  importRequest,
} from '#shared/contract/admin/key-material.ts'
import type { adminKeyAnswer } from '#shared/contract/admin/keys.ts'
import { idSchema } from '#shared/contract/wire.ts'
import { PosternError } from '#shared/errors.ts'
import { type Certificate, parseCertificate } from '#shared/x509/certificate.ts'
import { LARGEST_BODY } from '../../../largest-body.ts'
import { atMost, readJson, readWith } from '../../../read-request.ts'
import { findUserByName } from '../../../storage/users.ts'
import type { CallerEnv } from '../../auth/caller.ts'
import { askToSwitchOn } from '../../changes/ask.ts'
import { importKey } from '../../lifecycle/import-key.ts'
import { installCertificate } from '../../lifecycle/install-certificate.ts'
import type { KeyServiceDeps } from '../../service.ts'
import { byCaller } from './by-caller.ts'
import { describeKey } from './describe-key.ts'
import { outcomeOf } from './outcome.ts'

/** `/admin/import-key`, `/admin/imports` and `/admin/keys/{id}/certificate`: what comes from outside. */
export function keyMaterialRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const { db, hsm, journal } = deps
  const routes = new Hono<CallerEnv>()

  routes.get('/import-key', async (c) => {
    const { spki } = await hsm.importKey()
    return c.json({ spki: base64url(spki) } satisfies z.input<typeof importKeyAnswer>)
  })

  routes.post('/imports', atMost(LARGEST_BODY.certificates), async (c) => {
    const asked = await readJson(c, importRequest)
    const user = await findUserByName(db, asked.user.toLowerCase())
    if (user?.status !== 'active') {
      throw new PosternError('request/not-found', 'There is no such user.')
    }
    const certificates = readCertificates(asked.certificates)
    const by = byCaller(c)
    const { key, retired } = await importKey(deps, { ...asked, user, certificates }, by.actor)
    const waiting = await journal.write((tx, append, now) =>
      askToSwitchOn(tx, append, now, key.id, by),
    )
    const outcome = await outcomeOf(db, waiting, by)
    const answer = { key: await describeKey(db, key.id), retired, outcome }
    return c.json(answer satisfies z.input<typeof importAnswer>, 201)
  })

  routes.post('/keys/:id/certificate', atMost(LARGEST_BODY.certificates), async (c) => {
    const { certificates } = await readJson(c, certificateRequest)
    const id = readWith(idSchema, c.req.param('id'))
    await installCertificate(deps, id, readCertificates(certificates), byCaller(c).actor)
    return c.json({ key: await describeKey(db, id) } satisfies z.input<typeof adminKeyAnswer>)
  })

  return routes
}

/** @throws PosternError `certificate/unfit` for what is none */
function readCertificates(ders: readonly Bytes[]): [Certificate, ...Certificate[]] {
  try {
    const [first, ...others] = ders.map(parseCertificate)
    if (first !== undefined) return [first, ...others]
  } catch (cause) {
    throw new PosternError('certificate/unfit', 'One of them cannot be read.', { cause })
  }
  throw new PosternError('certificate/unfit', 'There is no certificate.')
}
