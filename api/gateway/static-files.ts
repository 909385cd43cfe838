import { open } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { type Context, Hono } from 'hono'
import { compress } from 'hono/compress'
import { PosternError } from '#shared/errors.ts'
import {
  APP_HEADERS,
  type HeaderPolicy,
  MESSAGE_FRAME_HEADERS,
  MESSAGE_FRAME_SCRIPT_HEADERS,
} from './header-policies.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

const POLICIES: Readonly<Record<string, HeaderPolicy>> = {
  '/message-frame.html': MESSAGE_FRAME_HEADERS,
  '/message-frame.js': MESSAGE_FRAME_SCRIPT_HEADERS,
}

const IMMUTABLE = 'public, max-age=31536000, immutable' // below /assets, names change with the content
const REVALIDATE = 'no-cache'

/**
 * The built web app. A navigation to an address that is no file gets the app, which knows its own routes; a
 * missing script or picture is 404, lest the page be taken for one.
 */
export function staticFiles(root: string): Hono {
  const app = new Hono()
  app.use(compress()) // public files only: nothing secret shares their length
  app.get('*', async (c) => {
    const path = c.req.path === '/' ? '/index.html' : c.req.path
    const answer = (await fileAnswer(c, root, path)) ?? (await appFor(c, root))
    if (answer !== null) return answer
    throw new PosternError('request/not-found', 'There is no such page.')
  })
  return app
}

function appFor(c: Context, root: string): Promise<Response | null> {
  const navigation = c.req.header('accept')?.includes('text/html') === true
  const aFile = c.req.path.startsWith('/assets/') || extname(c.req.path) !== ''
  return navigation && !aFile ? fileAnswer(c, root, '/index.html') : Promise.resolve(null)
}

async function fileAnswer(c: Context, root: string, path: string): Promise<Response | null> {
  const type = TYPES[extname(path)]
  if (type === undefined || !isSafePath(path)) return null
  const file = await readBuilt(join(root, path))
  if (file === null) return null
  const headers = {
    ...(POLICIES[path] ?? APP_HEADERS),
    'Content-Type': type,
    'Cache-Control': path.startsWith('/assets/') ? IMMUTABLE : REVALIDATE,
    ETag: file.tag,
  }
  if (c.req.header('if-none-match')?.replace(/^W\//, '') === file.tag)
    return c.body(null, 304, headers)
  return c.body(file.bytes, 200, headers)
}

/** Plain names between slashes: no way up, no hidden file, nothing that is decoded once more. */
function isSafePath(path: string): boolean {
  return /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(path)
}

async function readBuilt(
  path: string,
): Promise<{ bytes: Buffer<ArrayBuffer>; tag: string } | null> {
  const file = await open(path).catch(() => null)
  if (file === null) return null
  try {
    const stat = await file.stat()
    if (!stat.isFile()) return null
    const tag = `"${stat.size.toString(36)}-${Math.round(stat.mtimeMs).toString(36)}"`
    return { bytes: await file.readFile(), tag }
  } finally {
    await file.close()
  }
}
