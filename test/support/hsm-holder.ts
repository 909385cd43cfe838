/** A process that holds an HSM until it is killed; it answers with the worker's process id. */
import { startHsm } from '#api/hsm/supervisor.ts'

type Order = Omit<Parameters<typeof startHsm>[0], 'log' | 'onWrongPin'>

process.once('message', (order: Order) => {
  const silent = { info: () => undefined, warn: () => undefined }
  const onWrongPin = () => undefined
  void startHsm({ ...order, log: silent, onWrongPin }).then((hsm) =>
    process.send?.(hsm.status().pid),
  )
})
