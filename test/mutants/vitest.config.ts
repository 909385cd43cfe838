import { defineConfig } from 'vitest/config'

/** `npm run mutants`: the tests that have to notice a mutant, and no others. */
export default defineConfig({
  test: {
    include: [
      'shared/{x509,mime,smime,cms}/**/*.test.ts',
      'api/hsm/unwrap/*.test.ts',
      'test/attacks/{johnny,stripped,duplicate,untrusted,econtent}-*.test.ts',
      'test/vectors/oddities/*.test.ts',
    ],
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    provide: { cases: 20 },
  },
})
