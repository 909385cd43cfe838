import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** All files below a folder, absolute paths. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Where a secret stands, as it is or in UTF-16 as browsers store text: one line for each find. */
export function secretsFound(
  paths: readonly string[],
  secrets: Readonly<Record<string, Buffer>>,
): string[] {
  return paths.flatMap((path) => {
    const bytes = readFileSync(path)
    return Object.entries(secrets)
      .filter(([, secret]) => bytes.includes(secret) || bytes.includes(asUtf16(secret)))
      .map(([name]) => `${name} in ${path}`)
  })
}

function asUtf16(secret: Buffer): Buffer {
  return Buffer.from(secret.toString('latin1'), 'utf16le')
}
