import { join } from 'node:path'
import { Failure, fail } from './failure.mjs'
import { NODE, prepareMachine, ROOT } from './prepare.mjs'
import { runHere } from './program.mjs'
import { buildWeb } from './web-build.mjs'

/**
 * Prepares the machine, builds the web app when it is out of date, and runs Postern in the foreground.
 * Sets the exit code: the server's own, or 1 with a sentence on stderr.
 * @param {readonly string[]} args
 */
export async function launch(args) {
  try {
    const unknown = args.find((arg) => arg !== '--no-install')
    if (unknown !== undefined) {
      throw new Failure(`Unknown argument ${unknown}. Usage: npm start [-- --no-install]`)
    }
    const { module } = await prepareMachine({ install: !args.includes('--no-install') })
    await buildWeb(ROOT, NODE)
    process.exitCode = await runHere([NODE, join(ROOT, 'api/main.ts')], {
      POSTERN_PKCS11_MODULE: module,
    })
  } catch (error) {
    fail(error)
  }
}
