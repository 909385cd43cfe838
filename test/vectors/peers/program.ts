import { spawnSync } from 'node:child_process'
import type { Bytes } from '#shared/bytes.ts'
import { Refusal } from './peer.ts'

const SLOWEST_CALL = 20_000 // milliseconds

/**
 * Runs a peer's program.
 * @returns what it wrote to its standard output
 * @throws Refusal with its complaint, when it does not end with 0
 */
export function runPeer(
  program: string,
  args: readonly string[],
  options: { readonly input?: Uint8Array; readonly cwd?: string } = {},
): Bytes {
  const { stdout, stderr, status, error } = spawnSync(program, args, {
    timeout: SLOWEST_CALL,
    env: { ...process.env, LC_ALL: 'C' },
    ...options,
  })
  // Not there, or too slow: no answer at all. One that refuses may well not read its input to the end.
  if (status === null) throw error ?? new Error(`${program} was ended`)
  if (status !== 0) throw new Refusal(`${program} ${args.join(' ')}: ${stderr.toString()}`)
  return new Uint8Array(stdout)
}
