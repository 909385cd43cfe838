import type { Topic } from './command.ts'
import { anchorTopic } from './commands/anchor.ts'
import { auditTopic } from './commands/audit.ts'
import { backupTopic } from './commands/backup.ts'
import { changeTopic } from './commands/change.ts'
import { factorTopic } from './commands/factor.ts'
import { hsmTopic } from './commands/hsm.ts'
import { keyTopic } from './commands/key.ts'
import { policyTopic } from './commands/policy.ts'
import { sessionTopic } from './commands/session.ts'
import { userTopic } from './commands/user.ts'

/** Everything that the `postern` command can do, in the order of its help. */
export const TOPICS: readonly Topic[] = [
  userTopic,
  factorTopic,
  sessionTopic,
  keyTopic,
  anchorTopic,
  policyTopic,
  changeTopic,
  hsmTopic,
  auditTopic,
  backupTopic,
]
