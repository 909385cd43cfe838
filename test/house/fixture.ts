import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One import: a file of the product, and what it imports: another file's path, `node:…`, or `npm:` and a package. */
export type Import = readonly [from: string, to: string]

const SVELTE = fileURLToPath(new URL('../../node_modules/svelte', import.meta.url))

/** A repository in miniature whose files hold these imports and nothing else. */
export function writeFixture(imports: readonly Import[]): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'postern-house-'))
  const files = new Map<string, string>([['package.json', '{ "type": "module" }']])
  for (const [, to] of imports) {
    if (to.startsWith('npm:')) addPackage(files, to.slice('npm:'.length))
    else if (!to.startsWith('node:')) files.set(to, isComponent(to) ? '' : 'export {}\n')
  }
  for (const [from, to] of imports) {
    const before = files.get(from) ?? ''
    files.set(from, before + importLine(from, specifier(from, to)))
  }
  for (const [path, text] of files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(SVELTE, join(folder, 'node_modules/svelte')) // what components become imports it
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Types only where it can be: an import that vanishes when compiled is an import all the same. */
function importLine(from: string, to: string): string {
  return isComponent(from) ? `<script>import '${to}'</script>\n` : `import type {} from '${to}'\n`
}

function isComponent(path: string): boolean {
  return path.endsWith('.svelte')
}

function addPackage(files: Map<string, string>, name: string): void {
  files.set(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }))
  files.set(`node_modules/${name}/index.js`, 'export {}\n')
}

function specifier(from: string, to: string): string {
  if (to.startsWith('npm:')) return to.slice('npm:'.length)
  if (to.startsWith('node:')) return to
  const path = relative(dirname(from), to)
  return path.startsWith('.') ? path : `./${path}`
}
