import { defineConfig } from 'vitest/config'

/** `npm run test:long`: the property tests, and changes of the audit, twenty times as long as in `npm test`; the faults of a token at full length. */
export default defineConfig({
  test: {
    include: [
      'test/attacks/properties.test.ts',
      'api/keys/audit/verify.test.ts',
      'test/integration/hsm-faults.test.ts',
    ],
    provide: { cases: 20_000, stall: 60_000 },
  },
})
