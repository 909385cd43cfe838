import '../lib/without-eval.ts'
import type { EngineMethods, PageMethods } from './protocol.ts'
import { connect, type Peer } from './rpc.ts'
import { describeCertificates } from './describe.ts'
import { buffersOf } from './moved-buffers.ts'
import { openMessage } from './open-message.ts'
import { sealDraft } from './seal-draft.ts'

const page: Peer<PageMethods> = connect<PageMethods, EngineMethods>(
  self,
  {
    open: (params) => openMessage(params, page),
    seal: (params) => sealDraft(params, page),
    describe: describeCertificates,
  },
  buffersOf,
)
