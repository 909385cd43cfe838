import '../lib/without-eval.ts'
import type { EngineMethods, PageMethods } from './protocol.ts'
import { connect, type Peer } from './rpc.ts'
import { chooseRecipient } from './choose-recipient.ts'
import { describeCertificates } from './describe.ts'
import { KeptParts } from './kept-parts.ts'
import { listed } from './listed-message.ts'
import { buffersOf } from './moved-buffers.ts'
import { openMessage } from './open-message.ts'
import { sealDraft } from './seal-draft.ts'

const kept = new KeptParts()

const page: Peer<PageMethods> = connect<PageMethods, EngineMethods>(
  self,
  {
    open: async (params) => {
      kept.drop()
      const opened = await openMessage(params, page)
      kept.keep(params.message, opened.attachments)
      return listed(opened)
    },
    part: (params) => kept.bytes(params),
    close: () => {
      kept.drop()
      return Promise.resolve(null)
    },
    seal: (params) => sealDraft(params, page),
    choose: chooseRecipient,
    describe: describeCertificates,
  },
  buffersOf,
)
