import { spawnSync } from 'node:child_process'
import type { Case } from './letters.ts'

const SLOWEST_CALL = 60_000 // ms
const DECRYPT = 'openssl cms -decrypt -recip alice.pem -inkey alice.key -in letter.eml'
const VERIFY = 'openssl cms -verify -CAfile ca.pem -out /dev/null'

/** Milliseconds that `openssl cms` takes for the same work on `letter.eml` in this folder. */
export function timeCommandLine(folder: string, name: Case): number {
  const command = commandFor(name)
  const begin = performance.now()
  const { status, stderr } = spawnSync('sh', ['-c', command], {
    cwd: folder,
    timeout: SLOWEST_CALL,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
  return performance.now() - begin
}

function commandFor(name: Case): string {
  switch (name) {
    case 'encrypted CBC':
    case 'encrypted GCM':
      return `${DECRYPT} -out /dev/null`
    case 'clear-signed':
      return `${VERIFY} -in letter.eml`
    case 'signed+encrypted':
      return `${DECRYPT} | ${VERIFY}`
  }
}
