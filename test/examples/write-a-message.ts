import type { Bytes } from '#shared/bytes.ts'
import type { DraftSigner } from '#shared/smime/draft.ts'
import { seal } from '#shared/smime/seal.ts'
import type { Certificate } from '#shared/x509/certificate.ts'

/** A message from alice to bob, signed by alice, that both can read: what is sent, CRLF and all. */
export function letterToBob(
  text: string,
  signer: DraftSigner,
  readers: readonly Certificate[],
): Promise<Bytes> {
  const draft = {
    from: { name: 'Alice', address: 'alice@example.com' },
    to: [{ name: 'Bob', address: 'bob@example.com' }],
    cc: [],
    bcc: [],
    subject: 'The key to the side gate',
    date: new Date(),
    messageId: `<${crypto.randomUUID()}@example.com>`,
    text,
    attachments: [],
  }
  return seal(draft, {
    sign: signer,
    form: 'detached',
    encrypt: { to: readers, content: 'by-capabilities' },
  })
}
