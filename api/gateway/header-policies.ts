/** Response headers by name. */
export type HeaderPolicy = Readonly<Record<string, string>>

/** What every answer carries. HSTS is heard over HTTPS only (RFC 6797 §8.1), so it is harmless on loopback. */
const EVERYWHERE = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** The application itself: its own scripts, no inline code, calls to its own origin only. */
export const APP_HEADERS: HeaderPolicy = {
  ...EVERYWHERE,
  'Content-Security-Policy': csp({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' blob: data:",
    'connect-src': "'self'",
    'worker-src': "'self'",
    'manifest-src': "'self'",
    'frame-src': "'self' blob:",
    'form-action': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': 'postern svelte-trusted-html',
  }),
}

/**
 * The page around a mail's HTML, framed by the application only. Mail brings inline styles; it can reach no
 * network: no `connect-src`, and images from the message itself only.
 */
export const MESSAGE_FRAME_HEADERS: HeaderPolicy = {
  ...EVERYWHERE,
  'Content-Security-Policy': csp({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'unsafe-inline'",
    'img-src': 'blob: data:',
    'frame-src': "'self' blob:",
    'form-action': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'self'",
    // As on the application's iframe: opened by itself, this page has no origin either.
    sandbox: 'allow-scripts allow-popups allow-popups-to-escape-sandbox',
  }),
}

/** The frame's script, fetched from inside its sandbox, where nothing is of the same origin. It holds no secret. */
export const MESSAGE_FRAME_SCRIPT_HEADERS: HeaderPolicy = {
  ...APP_HEADERS,
  'Cross-Origin-Resource-Policy': 'cross-origin',
}

/** Data, never a page: should a browser show it all the same, nothing in it is alive. */
export const API_HEADERS: HeaderPolicy = {
  ...EVERYWHERE,
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'Cache-Control': 'no-store',
}

function csp(directives: Readonly<Record<string, string>>): string {
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ')
}
