import { encode } from 'uqr'

/** A QR code as a picture: squares of 1 × 1, as SVG path data, on a square of `size`. The quiet zone is in it. */
export function qrPath(text: string): { readonly path: string; readonly size: number } {
  const { data, size } = encode(text, { border: 4 }) // ISO/IEC 18004 §6.3.8
  const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
  return { path: squares.join(''), size }
}
