import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from './program.mjs'

/** What the built app is made of. */
const SOURCES = ['web', 'shared', 'vite.config.ts', 'package.json', 'package-lock.json']
const STAMP = 'dist/web.stamp'

/**
 * Builds `dist/web` unless it already is what the sources say: the stamp is a digest of their contents.
 * @param {string} root the repository
 * @param {string} node the Node to build with
 */
export async function buildWeb(root, node) {
  const digest = digestOf(root, SOURCES)
  const stamp = join(root, STAMP)
  if (readText(stamp) === digest && readText(join(root, 'dist/web/index.html')) !== null) return
  process.stdout.write('Building the web app.\n')
  rmSync(stamp, { force: true })
  await runQuietly([node, join(root, 'node_modules/vite/bin/vite.js'), 'build'], {
    cwd: root,
    otherwise: 'The web app could not be built.',
  })
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stamp, digest)
}

/**
 * @param {string} root
 * @param {readonly string[]} paths files and folders below it
 */
export function digestOf(root, paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap((name) => filesBelow(root, name))) {
    const bytes = readFileSync(join(root, path))
    hash.update(`${path}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

/**
 * @param {string} root
 * @param {string} name
 * @returns {string[]} in a fixed order; without tests, which are not built
 */
function filesBelow(root, name) {
  const entries = listFolder(join(root, name))
  if (entries === null) return [name]
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${name}/${entry.name}`
      if (entry.isDirectory()) return filesBelow(root, path)
      return path.endsWith('.test.ts') ? [] : [path]
    })
}

/** @param {string} path */
function listFolder(path) {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOTDIR') return null
    throw error
  }
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
