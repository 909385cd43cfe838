const closers = new Set<() => void>()

/** Has `close` called when every dialog must go. Answers how to take that back. */
export function closesWithAll(close: () => void): () => void {
  closers.add(close)
  return () => closers.delete(close)
}

/** Closes every dialog that is open. */
export function closeDialogs(): void {
  for (const close of closers) close()
}
