import { describe, expect, it } from 'vitest'
import { closingLine, honest, sum, tallyPlaywright, tallyVitest } from '../tally.mjs'

const vitestReport = {
  numPassedTests: 3,
  numFailedTests: 1,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
    { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
  ],
}

describe('the closing line of npm test', () => {
  it('counts the tests of Vitest, and names skipped ones', () => {
    expect(closingLine(tallyVitest(vitestReport))).toBe('3 passed, 1 failed, 2 skipped')
  })

  it('counts a test file that could not be loaded as failed', () => {
    const unloadable = { status: 'failed', assertionResults: [] }
    const report = { ...vitestReport, testResults: [...vitestReport.testResults, unloadable] }
    expect(tallyVitest(report).failed).toBe(2)
  })

  it('counts a flaky browser test and a broken set-up as failed', () => {
    const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 0 }
    expect(tallyPlaywright({ stats, errors: ['no browser'] })).toEqual({
      passed: 5,
      failed: 3,
      skipped: 0,
    })
  })

  it.each([
    ['has no report', null, 1],
    ['ran nothing', { passed: 0, failed: 0, skipped: 4 }, 0],
    ['failed without a failed test', { passed: 7, failed: 0, skipped: 0 }, 1],
  ])('counts a suite that %s as failed', (_, tally, exitCode) => {
    expect(honest(tally, exitCode).failed).toBe(1)
  })

  it('adds the suites up and says nothing of skips where there are none', () => {
    const suites = [
      { passed: 7, failed: 0, skipped: 0 },
      { passed: 2, failed: 1, skipped: 0 },
    ]
    expect(closingLine(sum(suites))).toBe('9 passed, 1 failed')
    expect(honest({ passed: 7, failed: 0, skipped: 0 }, 0).failed).toBe(0)
  })
})
