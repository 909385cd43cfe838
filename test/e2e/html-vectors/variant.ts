import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { build, type Plugin } from 'vite'
import { staticFiles } from '#api/gateway/static-files.ts'

/** A layer between mail HTML and the reader: what is taken out of it, and the frames with their policies. */
export type Layer = 'sanitiser' | 'sandbox'

/** The app's mail frame on a page of its own, without some of its layers. */
export type Variant = { readonly origin: string; close(): void }

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const PAGE = `<!doctype html><title>vectors</title><link rel="icon" href="data:," />
<script type="module" src="/page.js"></script>`
const POLICIES = [
  'Content-Security-Policy',
  'Cross-Origin-Opener-Policy',
  'Cross-Origin-Resource-Policy',
]

/** Builds the product's own modules with `off` cut out, and serves them as the gateway does. */
export async function openVariant(off: readonly Layer[]): Promise<Variant> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-vectors-'))
  await build({
    configFile: false,
    root: at('.'),
    publicDir: false,
    logLevel: 'error',
    plugins: [...off.map(without), svelte({ configFile: false })],
    build: {
      outDir: folder,
      target: 'es2022',
      minify: false,
      rolldownOptions: {
        input: { page: at('page.ts'), 'message-frame': at('../../../web/frame/message-frame.ts') },
        output: { entryFileNames: '[name].js' },
      },
    },
  })
  cpSync(at('../../../web/public/message-frame.html'), join(folder, 'message-frame.html'))
  writeFileSync(join(folder, 'index.html'), PAGE)
  return serve(folder, !off.includes('sandbox'))
}

async function serve(folder: string, policies: boolean): Promise<Variant> {
  const files = staticFiles(folder)
  const listener = getRequestListener(async (request) => {
    const answer = await files.fetch(request)
    if (!policies) for (const name of POLICIES) answer.headers.delete(name)
    return answer
  })
  const server = createServer((request, response) => void listener(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Cut = readonly [file: string, pattern: RegExp, left: string]

const CUTS: Readonly<Record<Layer, readonly Cut[]>> = {
  sanitiser: [
    [
      'web/frame/mail-html.ts',
      /[^]*/,
      'export const cleanMail = ({ html }) => ({ html, blockedImages: 0, links: [], plain: true })',
    ],
  ],
  sandbox: [
    ['web/features/message/HtmlFrame.svelte', /sandbox="[^"]*"/, ''],
    ['web/frame/message-frame.ts', /frame\.setAttribute\('sandbox'.*\)/, ''],
    ['web/frame/message-frame.ts', /(?<=INNER_POLICY = )".*"/, '""'],
  ],
}

/** Cuts one layer out of the sources as they are built. A cut that finds nothing to cut ends the build. */
function without(layer: Layer): Plugin {
  return {
    name: `without-${layer}`,
    enforce: 'pre',
    transform(code, id) {
      const cuts = CUTS[layer].filter(([file]) => id.endsWith(`/${file}`))
      return cuts.reduce((text, [file, pattern, left]) => {
        if (!pattern.test(text)) throw new Error(`${file} has no ${layer} where it used to be`)
        return text.replace(pattern, left)
      }, code)
    },
  }
}
