import { defineConfig } from 'vitest/config'

/** `npm run test:long`: the property tests, twenty times as long as in `npm test`. */
export default defineConfig({
  test: { include: ['test/attacks/properties.test.ts'], provide: { cases: 20_000 } },
})
