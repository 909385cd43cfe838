/**
 * The buffers behind all bytes in plain data, each once. An answer that is given away over the worker's
 * boundary takes them along: nothing is copied, and nothing of it is left on this side.
 */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  gather(value, found)
  return [...found]
}

function gather(value: unknown, found: Set<ArrayBuffer>): void {
  if (typeof value !== 'object' || value === null) return
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer)
    return
  }
  for (const part of Object.values(value)) gather(part, found)
}
