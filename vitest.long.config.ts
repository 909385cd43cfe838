import { defineConfig } from 'vitest/config'

/**
 * `npm run test:long`: the property tests, and changes of the audit, twenty times as long as in `npm test`; the faults of
 * a token at full length; the times of refused entries; each way that a key goes off, twenty times; ten minutes of work
 * without a pause. One file after the other: some of them measure.
 */
export default defineConfig({
  test: {
    fileParallelism: false,
    include: [
      'test/attacks/properties.test.ts',
      'api/keys/audit/verify.test.ts',
      'test/integration/hsm-faults.test.ts',
      'test/integration/hsm-timing.test.ts',
      'test/integration/off-at-once.test.ts',
      'test/integration/soak.test.ts',
    ],
    provide: { cases: 20_000, stall: 60_000, soak: 600, rejections: 10_000, repeats: 20 },
  },
})
