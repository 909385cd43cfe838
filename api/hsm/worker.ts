/**
 * The HSM worker: the one process that loads the PKCS#11 module. It takes orders from its parent by
 * IPC, and ends when the parent does. What goes wrong beyond one operation ends it: a fresh worker is
 * the one way of recovery (ARCHITECTURE, trust domains).
 */
import { probeCapabilities } from './capabilities.ts'
import type { Call, FromWorker, StartMessage, ToWorker } from './messages.ts'
import { type OpenedToken, perform } from './operations.ts'
import { tokenFailure } from './pkcs11/failure.ts'
import { takeInventory } from './pkcs11/inventory.ts'
import { KeyRing } from './pkcs11/key-ring.ts'
import { loadModule } from './pkcs11/module.ts'
import { getSystemKeys } from './pkcs11/system-keys.ts'
import { closeToken, openToken } from './pkcs11/token.ts'
import { provisionInWorker } from './provision-token.ts'

const EXIT_TOKEN_LOST = 3
const ORPHAN_GRACE = 2000 // milliseconds; an operation takes a few

const running = new Set<Promise<void>>()
let opened: OpenedToken | null = null
let stopping = false

process.title = 'postern-hsm'
process.on('message', (message: ToWorker) => void receive(message))
process.on('disconnect', orphaned)
// A terminal's Ctrl-C reaches the whole group: the parent decides when this process ends.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)

async function receive(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'start':
      return reportFailure(() => start(message))
    case 'provision':
      return reportFailure(() => provisionInWorker(message).then(() => tell({ kind: 'ready' })))
    case 'call':
      track(answer(message.id, message.call))
      return
    case 'stop':
      return stop()
  }
}

function start(order: StartMessage): void {
  const token = openToken(loadModule(order.modulePath), order.tokenLabel, order.pin)
  const ring = new KeyRing(token)
  const system = getSystemKeys(token)
  for (const changed of ring.readAll()) tell({ kind: 'key-changed', ...changed })
  if (order.inventory === true) {
    tell({ kind: 'inventory', inventory: takeInventory(token, ring, system) })
  }
  opened = { token, ring, system, capabilities: null }
  tell({ kind: 'ready' })
  track(probe(opened))
}

async function probe(of: OpenedToken): Promise<void> {
  const capabilities = await probeCapabilities(of.token)
  opened = { ...of, capabilities }
  tell({ kind: 'probed', capabilities })
}

async function answer(id: number, call: Call): Promise<void> {
  if (opened === null || stopping) {
    tell({ kind: 'refused', id, code: 'hsm/unavailable' })
    return
  }
  try {
    tell({ kind: 'answer', id, answer: await perform(opened, call) })
  } catch (error) {
    const { code } = tokenFailure(error)
    if (code === 'hsm/unavailable') process.exit(EXIT_TOKEN_LOST)
    tell({ kind: 'refused', id, code })
  }
}

/** The parent is gone; a call that hangs in the module must not keep this process, and its login, alive. */
function orphaned(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), ORPHAN_GRACE).unref()
  void stop()
}

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  await Promise.allSettled(running)
  if (opened !== null) closeToken(opened.token)
  process.exit(0)
}

async function reportFailure(work: () => Promise<void> | void): Promise<void> {
  try {
    await work()
  } catch (error) {
    tell({ kind: 'failed', code: tokenFailure(error).code })
  }
}

function track(work: Promise<void>): void {
  running.add(work)
  void work.finally(() => running.delete(work))
}

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message)
}
