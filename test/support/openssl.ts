import { execFileSync } from 'node:child_process'
import type { Bytes } from '#shared/bytes.ts'

const SLOWEST_CALL = 20_000 // milliseconds; making an RSA key on a busy machine takes two seconds

/**
 * Runs the openssl command line: the independent hand of our vectors.
 * @throws Error with what it wrote, when it fails
 */
export function openssl(folder: string, args: readonly string[], input?: Uint8Array): Bytes {
  const options = { cwd: folder, timeout: SLOWEST_CALL, stdio: 'pipe', maxBuffer: 2 ** 28 } as const
  const output = execFileSync(
    'openssl',
    args,
    input === undefined ? options : { ...options, input },
  )
  return new Uint8Array(output)
}
