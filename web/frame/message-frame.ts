import type { FramedMail, FrameReport } from '../lib/frame-protocol.ts'
import { type CleanMail, cleanMail } from './mail-html.ts'

// Runs in /message-frame.html: an opaque origin whose own policy allows no network at all. Here mail HTML is
// sanitised, so that it is never parsed where the app lives, and handed on to an inner frame that may not run
// scripts. A classic script: it must import nothing that the app shares, or it would become a module.

const INNER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:"

const PAPER = `
  html { color-scheme: light; background: #fff; }
  body { margin: 16px; color: #1b2026; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
  img, table, pre { max-width: 100%; }
  img { height: auto; }
  pre { white-space: pre-wrap; }
  blockquote { margin: 0 0 0 4px; padding-left: 12px; border-left: 3px solid #c9c4bb; }`

const DARK_PAPER = `
  html { color-scheme: dark; background: #1b1f25; }
  body { color: #e9ebee; }
  a { color: #a3c0f2; }`

addEventListener('message', function begin(event) {
  const port = event.ports[0]
  if (event.source !== parent || port === undefined) return
  removeEventListener('message', begin)
  port.onmessage = ({ data }: MessageEvent<FramedMail>) => {
    const clean = cleanMail(data)
    document.body.replaceChildren(innerFrame(data, clean))
    const { blockedImages, links } = clean
    port.postMessage({ blockedImages, links } satisfies FrameReport)
  }
})

function innerFrame({ title, dark }: FramedMail, { html, plain }: CleanMail): HTMLIFrameElement {
  const frame = document.createElement('iframe')
  frame.title = title
  frame.setAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox')
  frame.referrerPolicy = 'no-referrer'
  frame.srcdoc = `<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${INNER_POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<base target="_blank"><style>${PAPER}${dark && plain ? DARK_PAPER : ''}</style></head>
<body>${html}</body></html>`
  return frame
}
