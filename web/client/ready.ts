const PATIENCE_MS = 5_000

/** Whether the server is up and all of it is ready. Never throws. */
export async function isServerReady(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    return (await fetch('/readyz', { cache: 'no-store', signal })).ok
  } catch {
    return false
  }
}
