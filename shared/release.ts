import type { Bytes } from './bytes.ts'

/** Nobody listens at its other end, so that whatever is sent there is dropped at once. */
const nowhere = new MessageChannel()
nowhere.port2.close()

/**
 * Frees the memory behind bytes at once, and empties every view on it: a large message would otherwise be held
 * several times over until garbage is collected. For memory of one's own that nobody reads any more.
 *
 * It is sent away, as Chromium keeps what came from another thread or out of WebCrypto when the buffer is only
 * transferred (ES2024); while WebCrypto still works on it, it is freed after that.
 */
export function release({ buffer }: Bytes): void {
  nowhere.port1.postMessage(null, [buffer])
}
