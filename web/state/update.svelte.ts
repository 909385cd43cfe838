import { ownScript } from '../lib/trusted-types.ts'

const LOOK_EVERY_MS = 60 * 60 * 1000

/** A newer version of the app: found in the background, taken when the user says so. */
class Update {
  ready = $state(false)
  #waiting: ServiceWorker | null = null

  /** Registers the service worker and watches for its successors. A browser without one just has no offline start. */
  async watch(): Promise<void> {
    if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
    const workers = navigator.serviceWorker
    const hadOne = workers.controller !== null
    workers.addEventListener('controllerchange', () => {
      if (hadOne && this.#waiting !== null) location.reload()
    })
    try {
      const registration = await workers.register(ownScript('/service-worker.js'), { scope: '/' })
      this.#offer(registration.waiting)
      registration.addEventListener('updatefound', () => {
        this.#follow(registration.installing)
      })
      setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY_MS)
    } catch {
      // storage forbidden, or the server away: the app works without
    }
  }

  /** Reloads into the new version. What is unsaved must have been saved before. */
  take(): void {
    this.#waiting?.postMessage('take-over')
  }

  #follow(installing: ServiceWorker | null): void {
    installing?.addEventListener('statechange', () => {
      const successor =
        installing.state === 'installed' && navigator.serviceWorker.controller !== null
      if (successor) this.#offer(installing)
    })
  }

  #offer(waiting: ServiceWorker | null): void {
    if (waiting === null) return
    this.#waiting = waiting
    this.ready = true
  }
}

export const update = new Update()
