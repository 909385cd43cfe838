import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import type { Bytes } from '#shared/bytes.ts'
import type { Placed } from '#shared/contract/mail.ts'
import { MAX_MESSAGE_BYTES } from '#shared/message-size.ts'
import { isPosternError, PosternError } from '#shared/errors.ts'
import { displayText } from '#shared/mime/display-text.ts'
import { headerAddresses, parseHeaders } from '#shared/mime/headers.ts'
import { dropStaged, stage } from './durable-file.ts'
import { ENVELOPE_HEAD_BYTES } from './envelope.ts'
import type { FindMailbox } from './local-mailboxes.ts'
import type { Outbox, Outgoing } from './outbox.ts'

/** The company user who receives mail for an address; null when nobody does. */
export type FindRecipient = (address: string) => Promise<{ readonly username: string } | null>

/**
 * Mail among the users of one machine. A message waits in `spool` while it is being handed out.
 * Resolves once what an earlier run left there is gone.
 */
export async function openLocalOutbox(of: {
  spool: string
  findMailbox: FindMailbox
  findRecipient: FindRecipient
}): Promise<Outbox> {
  await rm(of.spool, { recursive: true, force: true })
  await mkdir(of.spool, { recursive: true, mode: 0o700 })
  return {
    send: async (outgoing) => {
      const recipients = await findAll(outgoing.to, of.findRecipient)
      await findAll(outgoing.others, of.findRecipient)
      const spooled = await stage(of.spool, outgoing.message, MAX_MESSAGE_BYTES)
      try {
        checkSender(await readHead(spooled), outgoing.sender.address)
        return await deliver(spooled, recipients, outgoing, of.findMailbox)
      } finally {
        await dropStaged(spooled)
      }
    },
  }
}

/** Every recipient's user, each once; all are known before anything is delivered. */
async function findAll(addresses: readonly string[], find: FindRecipient): Promise<Set<string>> {
  const found = new Set<string>()
  const unknown: string[] = []
  for (const address of addresses) {
    const user = await find(address)
    if (user === null) unknown.push(address)
    else found.add(user.username)
  }
  if (unknown.length === 0) return found
  throw new PosternError(
    'mail/rejected',
    `Nothing was sent: nobody here has the address ${unknown.slice(0, 5).map(displayText).join(', ')}.`,
  )
}

async function deliver(
  spooled: string,
  recipients: ReadonlySet<string>,
  { sender, keep, idempotencyKey = randomUUID() }: Outgoing,
  findMailbox: FindMailbox,
): Promise<Placed | null> {
  const once = createHash('sha256').update(`${sender.username}\n${idempotencyKey}`).digest('hex')
  for (const username of recipients) {
    const inbox = await findMailbox(username)
    await inbox.append('inbox', createReadStream(spooled), {
      flags: { seen: false, flagged: false },
      idempotencyKey: `inbox ${once}`,
    })
  }
  if (!keep) return null
  const own = await findMailbox(sender.username)
  return own.append('sent', createReadStream(spooled), {
    flags: { seen: true, flagged: false },
    idempotencyKey: `sent ${once}`,
  })
}

/** A user speaks for their own address only; the local part's case is the recipient's business (RFC 5321 §2.4). */
function checkSender(head: Bytes, address: string): void {
  const [from, ...more] = senders(head)
  if (more.length === 0 && from?.toLowerCase() === address.toLowerCase()) return
  throw new PosternError(
    'mail/rejected',
    `Nothing was sent: the sender has to be your own address, ${address}.`,
  )
}

function senders(head: Bytes): string[] {
  try {
    return headerAddresses(parseHeaders(head), 'from').map((mailbox) => mailbox.address)
  } catch (error) {
    if (isPosternError(error)) return []
    throw error
  }
}

async function readHead(path: string): Promise<Bytes> {
  const file = await open(path)
  try {
    const bytes = new Uint8Array(ENVELOPE_HEAD_BYTES)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
