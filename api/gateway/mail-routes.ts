import { type Context, Hono } from 'hono'
import { z } from 'zod'
import {
  flagsRequest,
  folderName,
  type foldersAnswer,
  listQuery,
  type MessagePage,
  moveRequest,
  type Placed,
  type sendAnswer,
  sendQuery,
} from '#shared/contract/mail.ts'
import { PosternError } from '#shared/errors.ts'
import type { FindMailbox } from '../mail/local-mailboxes.ts'
import type { Mailbox, MessageSource } from '../mail/mailbox.ts'
import type { Outbox } from '../mail/outbox.ts'
import { readJson, readWith } from '../read-request.ts'
import type { KeyServicePort } from './key-service-port.ts'
import { requireSession, type SignedIn } from './mail-session.ts'

const uidSchema = z.coerce.number().int().positive()
const idempotencyKey = z.string().min(1).max(200).optional()

/** `/api/v1/mail`, as `shared/contract/mail.ts` describes it. Every call is about the caller's own mailbox. */
export function mailRoutes(of: {
  keys: KeyServicePort
  findMailbox: FindMailbox
  outbox: Outbox
}): Hono<SignedIn> {
  const app = new Hono<SignedIn>()
  const mailboxOf = (c: Context<SignedIn>): Promise<Mailbox> =>
    of.findMailbox(c.var.session.user.username)
  listing(app, of.keys, mailboxOf)
  reading(app, of.keys, mailboxOf)
  changing(app, of.keys, mailboxOf)
  writing(app, of, mailboxOf)
  return app
}

type MailboxOf = (c: Context<SignedIn>) => Promise<Mailbox>

function listing(app: Hono<SignedIn>, keys: KeyServicePort, mailboxOf: MailboxOf): void {
  const guard = requireSession(keys, 'look')
  app.get('/folders', guard, async (c) => {
    const folders = await (await mailboxOf(c)).folders()
    return c.json({ folders: [...folders] } satisfies z.infer<typeof foldersAnswer>)
  })
  app.get('/folders/:folder/messages', guard, async (c) => {
    const page = readWith(listQuery, c.req.query())
    const mailbox = await mailboxOf(c)
    return c.json((await mailbox.list(folderOf(c), page)) satisfies MessagePage)
  })
}

function reading(app: Hono<SignedIn>, keys: KeyServicePort, mailboxOf: MailboxOf): void {
  app.get('/folders/:folder/messages/:uid', requireSession(keys, 'extend'), async (c) => {
    const mailbox = await mailboxOf(c)
    const { size, stream } = await mailbox.read(folderOf(c), uidOf(c))
    const headers = {
      'Content-Type': 'message/rfc822',
      'Content-Length': String(size),
      'Content-Disposition': 'attachment',
    }
    if (c.req.method === 'GET') return c.body(stream, 200, headers)
    await stream.cancel() // HEAD: nobody will read it to its end, where the file is closed
    return c.body(null, 200, headers)
  })
}

function changing(app: Hono<SignedIn>, keys: KeyServicePort, mailboxOf: MailboxOf): void {
  const guard = requireSession(keys, 'extend')
  app.patch('/folders/:folder/messages/:uid', guard, async (c) => {
    const { seen, flagged } = await readJson(c, flagsRequest)
    const flags = {
      ...(seen === undefined ? {} : { seen }),
      ...(flagged === undefined ? {} : { flagged }),
    }
    return c.json(await (await mailboxOf(c)).setFlags(folderOf(c), uidOf(c), flags))
  })
  app.delete('/folders/:folder/messages/:uid', guard, async (c) => {
    await (await mailboxOf(c)).remove(folderOf(c), uidOf(c))
    return c.body(null, 204)
  })
  app.post('/folders/:folder/messages/:uid/move', guard, async (c) => {
    const { to } = await readJson(c, moveRequest)
    const mailbox = await mailboxOf(c)
    return c.json((await mailbox.move(folderOf(c), uidOf(c), to)) satisfies Placed)
  })
}

function writing(
  app: Hono<SignedIn>,
  { keys, outbox }: { keys: KeyServicePort; outbox: Outbox },
  mailboxOf: MailboxOf,
): void {
  const guard = requireSession(keys, 'extend')
  app.post('/folders/:folder/messages', guard, async (c) => {
    const mailbox = await mailboxOf(c)
    const placed = await mailbox.append(folderOf(c), messageOf(c), {
      flags: { seen: true, flagged: false }, // written by the user, so known to the user
      idempotencyKey: idempotencyKeyOf(c),
    })
    return c.json(placed satisfies Placed, 201)
  })
  app.post('/send', guard, async (c) => {
    const query = { ...c.req.query(), to: c.req.queries('to'), with: c.req.queries('with') }
    const { to, with: others, keep } = readWith(sendQuery, query)
    const { username, address } = c.var.session.user
    const message = messageOf(c)
    const key = idempotencyKeyOf(c)
    const placed = await outbox.send({
      sender: { username, address },
      to,
      others,
      keep: keep === 'yes',
      message,
      idempotencyKey: key,
    })
    return c.json(placed satisfies z.infer<typeof sendAnswer>, 201)
  })
}

function folderOf(c: Context): z.infer<typeof folderName> {
  const folder = folderName.safeParse(c.req.param('folder'))
  if (folder.success) return folder.data
  throw new PosternError('mail/not-found', 'There is no such folder.')
}

function uidOf(c: Context): number {
  const uid = uidSchema.safeParse(c.req.param('uid'))
  if (uid.success) return uid.data
  throw new PosternError('mail/not-found', 'There is no such message.')
}

function idempotencyKeyOf(c: Context): string | undefined {
  return readWith(idempotencyKey, c.req.header('idempotency-key'))
}

function messageOf(c: Context): MessageSource {
  const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'message/rfc822' || c.req.raw.body === null) {
    throw new PosternError('request/malformed', 'A message comes as message/rfc822.')
  }
  return c.req.raw.body as ReadableStream<Uint8Array>
}
