// Runs in /message-frame.html: an opaque origin whose own policy allows no network at all. It hands mail HTML
// on to an inner frame that may not run scripts. One message per frame; a new message gets a new frame.

const INNER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:"

const PAPER = `
  html { color-scheme: light; background: #fff; }
  body { margin: 16px; color: #1d2126; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
  img, table, pre { max-width: 100%; }
  img { height: auto; }
  pre { white-space: pre-wrap; }
  blockquote { margin: 0 0 0 4px; padding-left: 12px; border-left: 3px solid #c9c4bb; }`

const DARK_PAPER = `
  html { color-scheme: dark; background: #1b1f25; }
  body { color: #e9ebee; }
  a { color: #9dbcf0; }`

type Page = { html: string; title: string; theme: 'light' | 'dark' }

addEventListener('message', function begin(event) {
  const port = event.ports[0]
  if (event.source !== parent || port === undefined) return
  removeEventListener('message', begin)
  port.onmessage = ({ data }: MessageEvent<Page>) => {
    document.documentElement.style.height = '100%'
    document.body.style.cssText = 'margin: 0; height: 100%'
    document.body.replaceChildren(innerFrame(data))
    port.postMessage('shown')
  }
})

function innerFrame({ html, title, theme }: Page): HTMLIFrameElement {
  const frame = document.createElement('iframe')
  frame.title = title
  frame.setAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox')
  frame.referrerPolicy = 'no-referrer'
  frame.style.cssText = 'display: block; border: 0; width: 100%; height: 100%'
  frame.srcdoc = `<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${INNER_POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<base target="_blank"><style>${PAPER}${theme === 'dark' ? DARK_PAPER : ''}</style></head>
<body>${html}</body></html>`
  return frame
}
