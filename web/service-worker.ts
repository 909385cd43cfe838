/// <reference lib="webworker" />
import {
  cleanupOutdatedCaches,
  matchPrecache,
  precache,
  type PrecacheEntry,
} from 'workbox-precaching'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (PrecacheEntry | string)[] }

// Keeps the shell of the app, each file by its hash, so that it starts without the server. It never touches the
// API: no answer about anybody's mail or keys is ever stored here.
precache(self.__WB_MANIFEST)
cleanupOutdatedCaches()

const SERVER_PATHS = /^\/(?:api\/|readyz$|healthz$)/

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request
  const { origin, pathname } = new URL(url)
  if (method !== 'GET' || origin !== self.location.origin || SERVER_PATHS.test(pathname)) return
  event.respondWith(fromShell(event.request))
})

/** The kept file; for a navigation to one of the app's own addresses the shell; else the network. */
async function fromShell(request: Request): Promise<Response> {
  const kept = await matchPrecache(request.url)
  const shell = request.mode === 'navigate' ? await matchPrecache('/index.html') : undefined
  return kept ?? shell ?? fetch(request)
}

// A new version waits until the user lets it take over.
self.addEventListener('message', ({ data }) => {
  if (data === 'take-over') void self.skipWaiting()
})
