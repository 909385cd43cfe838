/** A reason to stop that the user can act on: one clear sentence, and for a child its last lines. */
export class Failure extends Error {
  /**
   * @param {string} sentence
   * @param {string} [details] what a failed program said
   */
  constructor(sentence, details = '') {
    super(sentence)
    this.details = details
  }
}

/**
 * Says why, and leaves with an exit code other than 0. What is not a `Failure` is our own mistake and keeps its stack.
 * @param {unknown} error
 */
export function fail(error) {
  if (error instanceof Failure) {
    process.stderr.write(`${error.details}${error.details && '\n'}${error.message}\n`)
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  }
  process.exitCode = 1
}
