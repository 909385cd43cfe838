import { z } from 'zod'
import { adminKeyMaterialCalls } from './admin-key-material.ts'
import { adminKeyCalls } from './admin-keys.ts'
import { adminUserCalls } from './admin-users.ts'
import { adminCalls } from './admin.ts'
import type { Call } from './call.ts'
import { changeCalls } from './changes.ts'
import { factorCalls } from './factors.ts'
import { keyCalls } from './keys.ts'
import { mailCalls } from './mail.ts'
import { sessionCalls } from './session.ts'

const ownDescription: Call = {
  method: 'get',
  path: '/openapi.json',
  does: 'This description.',
  caller: 'anybody',
  answer: z.record(z.string(), z.unknown()),
  problems: [],
}

/** Every call. A route that is not here fails a test. */
export const CALLS: readonly Call[] = [
  ...sessionCalls,
  ...factorCalls,
  ...keyCalls,
  ...adminCalls,
  ...adminUserCalls,
  ...adminKeyCalls,
  ...adminKeyMaterialCalls,
  ...changeCalls,
  ...mailCalls,
  ownDescription,
]
