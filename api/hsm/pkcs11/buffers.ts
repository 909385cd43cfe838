/**
 * A copy in memory of its own, not in Node's shared pool: it can be overwritten whole after use. The
 * binding reads such a buffer from another thread and does not hold it, so whoever lends one
 * overwrites it after the call: that also keeps it alive until then.
 */
export function ownCopy(bytes: Uint8Array): Buffer {
  const copy = Buffer.alloc(bytes.length)
  copy.set(bytes)
  return copy
}

/** Overwrites what held a secret. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0)
}
