import type { Topic } from './command.ts'
import { anchorTopic } from './commands/anchor.ts'
import { auditTopic } from './commands/audit.ts'
import { factorTopic } from './commands/factor.ts'
import { hsmTopic } from './commands/hsm.ts'
import { keyTopic } from './commands/key.ts'
import { userTopic } from './commands/user.ts'

/** Everything that the `postern` command can do, in the order of its help. */
export const TOPICS: readonly Topic[] = [
  userTopic,
  factorTopic,
  keyTopic,
  anchorTopic,
  hsmTopic,
  auditTopic,
]
