import type { Bytes } from './bytes.ts'

/** Part of ES2024; an engine without it frees the memory when it collects garbage. */
type Transfer = (this: ArrayBuffer, newLength: number) => ArrayBuffer

/**
 * Frees the memory behind bytes at once, and empties every view on it: a large message would otherwise be held
 * several times over until garbage is collected. For memory of one's own that nobody reads any more.
 */
export function release({ buffer }: Bytes): void {
  const { transfer } = ArrayBuffer.prototype as { transfer?: Transfer }
  transfer?.call(buffer, 0)
}
