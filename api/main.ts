import { isPosternError } from '#shared/errors.ts'
import { readConfig } from './config.ts'
import { greeting } from './start/greeting.ts'
import { startPostern } from './start/postern.ts'

/** Runs Postern until it is told to stop. What keeps it from starting is one sentence on stderr, and exit code 1. */
async function main(): Promise<void> {
  process.umask(0o077) // what is made here, by the token's module too, is for this user alone
  try {
    const { port, demoUsers, firstStart, stop } = await startPostern(readConfig())
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => void stop()) // a second one ends it at once
    }
    process.stdout.write(greeting(port, demoUsers, firstStart))
  } catch (error) {
    if (!isPosternError(error)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}

await main()
