/** The page of the bench: like the app's, it only asks its worker and shows what comes back. */
import type { Bytes } from '#shared/bytes.ts'
import type { ListedMessage } from '#web/engine/listed-message.ts'
import { connect } from '#web/engine/rpc.ts'
import type { BenchPage, Keys, NoMethods, Opened, WorkerMethods } from './protocol.ts'

const worker = connect<WorkerMethods, NoMethods>(
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
  {},
)

let message: Bytes = new Uint8Array()
let keys: Keys = { recipient: '', anchor: '', contentKey: '' }

const bench: BenchPage = {
  async load(theirs) {
    keys = theirs
    message = new Uint8Array(await (await fetch('/message')).arrayBuffer())
  },
  async open() {
    const begin = performance.now()
    const bytes = message.slice() // as the app does, which keeps its own to save
    const opened = await worker.call('open', { bytes, keys }, [bytes.buffer])
    return { time: performance.now() - begin, opened: describe(opened) }
  },
  phases: () => worker.call('phases', { bytes: message, keys }),
}

function describe({ encryption, signature, body, attachments }: ListedMessage): Opened {
  const texts = body.map((leaf) => (leaf.kind === 'html' ? leaf.html : leaf.text))
  return {
    encryption: encryption.kind,
    signature: signature.kind,
    textLength: texts.join('').length,
    attachments: attachments.length,
    attachedBytes: attachments.reduce((sum, { size }) => sum + size, 0),
  }
}

Object.assign(globalThis, { bench })
