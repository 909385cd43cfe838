import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isPosternError } from '#shared/errors.ts'
import { readDataFolder } from '../config.ts'
import { currentCode } from '../keys/auth/one-time-code.ts'
import { readAccount } from './account-file.ts'

const USAGE = 'Usage: npm run -s demo -- <alice|bob|carol> [--fresh]\n'
const ASK_AGAIN = 200 // milliseconds

/**
 * `npm run -s demo -- alice`: one line of JSON, `{"username","password","code"}`, to sign in with. A code is taken once:
 * who signs in twice within half a minute says `--fresh`, which waits for the next one.
 */
async function run(args: readonly string[]): Promise<number> {
  const fresh = args.includes('--fresh')
  const [username, ...more] = args.filter((arg) => arg !== '--fresh')
  if (username === undefined || more.length > 0) {
    process.stderr.write(USAGE)
    return 2
  }
  try {
    const { password, seed } = readAccount(join(readDataFolder(), 'demo'), username)
    const code = fresh ? await nextCode(seed) : await currentCode(seed, new Date())
    process.stdout.write(`${JSON.stringify({ username, password, code })}\n`)
    return 0
  } catch (error) {
    if (!isPosternError(error)) throw error
    process.stderr.write(`${error.message}\n`)
    return 1
  }
}

async function nextCode(seed: string): Promise<string> {
  const known = await currentCode(seed, new Date())
  let code = known
  while (code === known) {
    await sleep(ASK_AGAIN)
    code = await currentCode(seed, new Date())
  }
  return code
}

process.exitCode = await run(process.argv.slice(2))
