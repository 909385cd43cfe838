import type { Copy } from '#shared/smime/seal.ts'
import { appendMessage, sendCopy } from '../client/mail.ts'

/**
 * Hands out every copy of a message: the hidden readers' first, at last the one for To and Cc, which is filed in
 * Sent. The server takes none unless it knows everybody. To do it again under the same `key` does nothing twice.
 * @param post makes a call to the server
 */
export async function handOut(
  copies: readonly Copy[],
  key: string,
  signal: AbortSignal,
  post: (attempt: () => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const everybody = copies.flatMap(addressesOf)
  const [open, ...hidden] = copies
  if (open === undefined) throw new TypeError('a message without a copy')
  for (const [at, copy] of [...hidden, open].entries()) {
    const keep = copy === open
    const to = addressesOf(copy)
    const others = everybody.filter((address) => !to.includes(address))
    const idempotencyKey = `${key} ${String(at)}`
    const sent = { to, others, keep, message: copy.bytes, idempotencyKey }
    await post(() =>
      to.length > 0
        ? sendCopy(sent, signal)
        : appendMessage('sent', copy.bytes, idempotencyKey, signal),
    )
  }
}

function addressesOf({ readers }: Copy): string[] {
  return [...new Set(readers.map(({ address }) => address))]
}
