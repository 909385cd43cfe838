/** The worker of the bench: the real engine, with the content key at hand. */
import { type Bytes } from '#shared/bytes.ts'
import { open } from '#shared/smime/open.ts'
import type { Reader } from '#shared/smime/reader.ts'
import { parseCertificate } from '#shared/x509/certificate.ts'
import { KeptParts } from '#web/engine/kept-parts.ts'
import { listed } from '#web/engine/listed-message.ts'
import { buffersOf } from '#web/engine/moved-buffers.ts'
import { connect } from '#web/engine/rpc.ts'
import { measurePhases } from './phases.ts'
import type { Keys, NoMethods, WorkerMethods } from './protocol.ts'

const kept = new KeptParts() // as in the app

connect<NoMethods, WorkerMethods>(
  self,
  {
    open: async ({ bytes, keys }) => {
      kept.drop()
      const opened = await open(bytes, readerWith(keys), { given: true })
      kept.keep(0, opened.attachments)
      return listed(opened)
    },
    phases: ({ bytes, keys }) => measurePhases(bytes, fromBase64(keys.contentKey)),
  },
  buffersOf,
)

function readerWith({ recipient, anchor, contentKey }: Keys): Reader {
  return {
    keys: [{ id: 'own', certificate: parseCertificate(fromBase64(recipient)) }],
    unwrap: () => Promise.resolve(fromBase64(contentKey)),
    anchors: [parseCertificate(fromBase64(anchor))],
    at: new Date(),
  }
}

function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}
