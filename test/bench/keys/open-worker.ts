import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hsm } from '#api/hsm/port.ts'
import { startHsm } from '#api/hsm/supervisor.ts'
import { findModule } from '../../../softhsm/module.mjs'

/** A server's own token, by a worker of ours beside the server's. @param data the server's data folder */
export function openWorker(data: string): Promise<Hsm> {
  const modulePath = findModule(process.env)
  if (modulePath === null) throw new Error('SoftHSM is not installed')
  return startHsm({
    modulePath,
    environment: { SOFTHSM2_CONF: join(data, 'softhsm2.conf') },
    tokenLabel: 'postern',
    pin: readFileSync(join(data, 'pin'), 'utf8').trim(),
    log: { info: () => undefined, warn: () => undefined },
    onWrongPin: () => undefined,
  })
}
