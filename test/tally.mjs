/**
 * What a suite's own report says, in the three numbers of the closing line.
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally
 */

/**
 * @param {{ numPassedTests: number, numPendingTests: number, numTodoTests: number, numFailedTests: number,
 *   testResults: readonly { status: string, assertionResults: readonly { status: string }[] }[] }} report Vitest's JSON
 * @returns {Tally} a file that could not be loaded counts as one failed test
 */
export function tallyVitest(report) {
  const unloadable = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/**
 * @param {{ errors: readonly unknown[],
 *   stats: { expected: number, unexpected: number, flaky: number, skipped: number } }} report Playwright's JSON
 * @returns {Tally} a test that passed only when repeated is a failed one
 */
export function tallyPlaywright({ stats, errors }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  }
}

/**
 * The tally that a suite's end allows: one that failed without saying so, or ran nothing, has a failure.
 * @param {Tally | null} tally null when there was no report
 * @param {number} exitCode
 * @returns {Tally}
 */
export function honest(tally, exitCode) {
  if (tally === null) return { passed: 0, failed: 1, skipped: 0 }
  const silent = tally.failed === 0 && (exitCode !== 0 || tally.passed === 0)
  return silent ? { ...tally, failed: 1 } : tally
}

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const { passed, failed, skipped } of tallies) {
    total.passed += passed
    total.failed += failed
    total.skipped += skipped
  }
  return total
}

/**
 * `N passed, N failed`, and the skipped ones where there are any.
 * @param {Tally} tally
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
