import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const SLOWEST_TEST = 30_000 // real tokens and real OpenSSL; an honest test is far below

export default defineConfig({
  test: {
    // Of the engine, by its own tests: npm run coverage.
    coverage: { include: ['shared/**/*.ts'], reporter: ['text'], thresholds: { lines: 95 } },
    maxWorkers: 2, // tests with a token are bound by the processor: more workers only wait longer
    testTimeout: SLOWEST_TEST,
    hookTimeout: SLOWEST_TEST,
    provide: { cases: 1000, stall: 3_000, soak: 10, rejections: 100, repeats: 2 },
    projects: [
      {
        extends: true,
        test: {
          name: 'core',
          include: ['{shared,api,softhsm,test}/**/*.test.ts'],
          exclude: ['test/e2e/**', 'node_modules/**'],
        },
      },
      {
        extends: true,
        plugins: [svelte({ configFile: false })],
        resolve: { conditions: ['browser'] },
        test: { name: 'web', include: ['web/**/*.test.ts'] },
      },
    ],
  },
})
