import type { Bytes } from '#shared/bytes.ts'
import { explainEncryption, explainSignature } from '#shared/smime/explain.ts'
import { open } from '#shared/smime/open.ts'
import type { Reader } from '#shared/smime/reader.ts'

/** What a mail program prints of a message: who, what, and how far that can be relied on. */
export async function printout(bytes: Bytes, reader: Reader): Promise<string> {
  const message = await open(bytes, reader)
  const from = message.headers.from.map(({ address }) => address).join(', ')
  const text = message.body.map((leaf) => (leaf.kind === 'text' ? leaf.text : '(HTML)'))
  return [
    `From ${from}: ${message.headers.subject}`,
    explainSignature(message.signature).plain,
    explainEncryption(message.encryption).plain,
    ...text,
    ...message.attachments.map(({ name, size }) => `[${name}, ${size} bytes]`),
  ].join('\n')
}
