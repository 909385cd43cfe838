import { renderUnicodeCompact } from 'uqr'

/** A QR code for the terminal, to be scanned by an authenticator app. */
export function qrCode(uri: string): string {
  return renderUnicodeCompact(uri, { border: 2 })
}
